import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OTHER_REFUSALS, RefusalCounts, refusalKind } from '../src/refusal-counts.ts';

test('refusals that differ in their detail or in numbers are one kind', () => {
  for (const [reason, kind] of [
    ['Low difficulty share: the hash 00ab12 is above 00000f', 'Low difficulty share'],
    ['Stale job', 'Stale job'],
    ['low difficulty share of 0.0123', 'low difficulty share of #.#'],
    ['job 1f07ffff not found (worker rig7)', 'job # not found (worker #)'],
    ['', 'no reason given'],
    [': odd', 'no reason given'],
  ] as const)
    assert.equal(refusalKind(reason), kind);
  assert.equal(refusalKind('x'.repeat(200)), 'x'.repeat(40));
});

test('refusals are counted by kind, and a pool that invents kinds fills one last kind', () => {
  const counts = new RefusalCounts();
  for (let index = 0; index < 1_000; index += 1) counts.add(`Bad nonce: ${index} is not yours`);
  assert.deepEqual([...counts.byKind], [['Bad nonce', 1_000]]);
  const name = (index: number) => String.fromCharCode(97 + (index % 26), 97 + Math.floor(index / 26));
  for (let index = 0; index < 200; index += 1) counts.add(`reason ${name(index)}`);
  assert.equal(counts.byKind.size, 33);
  assert.equal(counts.byKind.get(OTHER_REFUSALS), 200 - 31);
});
