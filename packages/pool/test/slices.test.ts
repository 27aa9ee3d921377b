import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlicedWalk, type Walked } from '../src/ports/slices.ts';

/** A clock that each visit moves, and a queue of slices that the test runs. */
function machine() {
  const state = { now: 0, waiting: [] as (() => void)[] };
  return {
    state,
    modules: { now: () => state.now, later: (run: () => void) => state.waiting.push(run) },
    runAll() {
      let slices = 1;
      for (let next = state.waiting.shift(); next !== undefined; next = state.waiting.shift()) {
        next();
        slices += 1;
      }
      return slices;
    },
  };
}

test('a walk over few members is over at once', () => {
  const { modules } = machine();
  const seen: number[] = [];
  const walk = new SlicedWalk([1, 2, 3], (n) => seen.push(n), undefined, modules);
  assert.deepEqual(seen, [1, 2, 3]);
  assert.equal(walk.over, true);
});

test('no slice takes much longer than its time, and each member is visited once', () => {
  const { state, modules, runAll } = machine();
  const seen: number[] = [];
  let walked: Walked | undefined;
  const visit = (n: number) => {
    seen.push(n);
    state.now += 0.5;
  };
  const members = Array.from({ length: 1000 }, (_, i) => i);
  const walk = new SlicedWalk(members, visit, (result) => (walked = result), modules);
  assert.equal(seen.length, 2);
  assert.equal(walk.over, false);
  assert.equal(runAll(), 501);
  assert.deepEqual(seen, members);
  assert.deepEqual(walked, { visited: 1000, ms: 500, longestSliceMs: 1 });
});

test('a member that leaves during the walk is not visited, and one that comes is', () => {
  const { state, modules, runAll } = machine();
  const members = new Set(['a', 'b', 'c', 'd', 'e']);
  const seen: string[] = [];
  const visit = (name: string) => {
    seen.push(name);
    state.now += 1;
  };
  new SlicedWalk(members, visit, undefined, modules);
  members.delete('d');
  members.add('f');
  runAll();
  assert.deepEqual(seen, ['a', 'b', 'c', 'e', 'f']);
});

test('a cancelled walk visits no more members and reports nothing', () => {
  const { state, modules, runAll } = machine();
  const seen: number[] = [];
  const done: Walked[] = [];
  const visit = (n: number) => {
    seen.push(n);
    state.now += 2;
  };
  const walk = new SlicedWalk([1, 2, 3], visit, (result) => done.push(result), modules);
  walk.cancel();
  runAll();
  assert.deepEqual([seen, done, walk.over], [[1], [], true]);
});
