import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DiskWatch, LEAST_FREE_BYTES } from '../src/disk/disk-watch.ts';
import type { Problem } from '../src/problem.ts';

const DAY_MS = 86_400_000;

test('a disk that is nearly full is told when it becomes so and once a day, and again after it had room', async () => {
  const problems: Problem[] = [];
  let [now, free] = [0, LEAST_FREE_BYTES];
  const watch = new DiskWatch('/data', {
    now: () => now,
    onProblem: (problem) => problems.push(problem),
    freeBytes: async () => free,
  });
  const look = async (freeBytes: number, nowMs: number) => {
    [now, free] = [nowMs, freeBytes];
    await watch.look();
    return problems.length;
  };
  assert.equal(await look(LEAST_FREE_BYTES, 1), 0);
  assert.equal(await look(1_250_000_000, 2), 1);
  assert.equal(await look(1_200_000_000, 3), 1);
  assert.equal(await look(1_200_000_000, 2 + DAY_MS), 2);
  assert.equal(await look(LEAST_FREE_BYTES, 3 + DAY_MS), 2);
  assert.equal(await look(LEAST_FREE_BYTES - 1, 4 + DAY_MS), 3);
  assert.equal(watch.freeBytes, LEAST_FREE_BYTES - 1);
  assert.equal(problems[0]?.cause, 'disk_low');
  assert.match(problems[0]?.detail ?? '', /has 1\.3 GB left, expected at least 5 GB/);
});

test('a system that does not say how much is free is no problem', async () => {
  const watch = new DiskWatch('/data', {
    now: () => 0,
    onProblem: () => assert.fail(),
    freeBytes: () => Promise.reject(new Error('no such call')),
  });
  await watch.look();
  assert.equal(watch.freeBytes, undefined);
});
