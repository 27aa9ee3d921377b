import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ClockEvidence, ClockWatch, clockFault, nodeClocks } from '../src/chains/clock-watch.ts';
import type { Problem } from '../src/problem.ts';
import { headerClock } from '../src/zcash/header-clock.ts';

function watch() {
  const problems: Problem[] = [];
  const time = { now: 0 };
  const clocks = new ClockWatch({ now: () => time.now, onProblem: (problem) => problems.push(problem) });
  const look = (aheadMs: number, source = 'node:8232') =>
    clocks.look([{ name: 'zec', clocks: [{ source, aheadMs }] }]);
  return { look, time, problems };
}

test('a clock that differs by a minute is reported once, again when it has moved by a minute, and once a day', () => {
  const { look, time, problems } = watch();
  look(59_999);
  look(-59_999);
  assert.equal(problems.length, 0);
  look(60_000);
  look(61_000);
  assert.deepEqual(
    problems.map(({ cause, chain }) => [cause, chain]),
    [['clock_off', 'zec']],
  );
  look(125_000);
  assert.equal(problems.length, 2);
  time.now += 86_400_000;
  look(125_000);
  assert.equal(problems.length, 3);
  look(0);
  look(125_000);
  assert.equal(problems.length, 4);
});

test('the sentence says which clock is behind, by how much, and where to look', () => {
  const said = (aheadMs: number, source: string) => clockFault({ source, aheadMs }) ?? '';
  assert.match(said(10_800_000, 'node:1'), /^it is 10800 s behind that of node:1: .*timedatectl/);
  assert.match(said(-10_800_000, 'node:1'), /^it is 10800 s ahead of that of node:1: /);
  assert.match(said(90_000, 'headers'), /^it is 90 s behind every time that the chain allows in a block/);
  assert.match(said(-90_000, 'headers'), /ahead of every time .*unless the chain has had no block/);
});

test('nodes that tell no time are no evidence', () => {
  const nodes = [
    { name: 'a', clockOffsetMs: undefined },
    { name: 'b', clockOffsetMs: 5 },
  ];
  assert.deepEqual(nodeClocks(nodes), [{ source: 'b', aheadMs: 5 }]);
});

test('the times of a header tell of a clock outside them, and nothing of one within', () => {
  const work = { minTime: 1_000_000, maxTime: 1_005_400 };
  const at = (seconds: number): readonly ClockEvidence[] => headerClock(work, seconds * 1000);
  assert.deepEqual(at(1_000_360), [{ source: 'headers', aheadMs: 0 }]);
  assert.deepEqual(at(999_000), [{ source: 'headers', aheadMs: 1_000_000 }]);
  assert.deepEqual(at(1_005_500), [{ source: 'headers', aheadMs: -100_000 }]);
  assert.deepEqual(headerClock({ minTime: 5, maxTime: 5 }, 0), []);
  assert.deepEqual(headerClock(undefined, 0), []);
});
