import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobBook } from '../src/shares/job-book.ts';

const book = (changes = {}) =>
  new JobBook<string>({ firstSequence: 100, maxAgeMs: 1000, maxJobs: 3, maxRetired: 2, ...changes });

test('jobs are numbered upwards and found while they live', () => {
  const jobs = book();
  assert.equal(jobs.add('a', 'tip', 0).job.sequence, 100);
  assert.equal(jobs.add('b', 'tip', 1).job.sequence, 101);
  assert.deepEqual([jobs.newest, jobs.oldestLive, jobs.oldestKnown], [101, 100, 100]);
  assert.equal(jobs.find(101)?.job.work, 'b');
  assert.equal(jobs.find(99), undefined);
  assert.equal(jobs.find(102), undefined);
});

test('retired jobs are recognised as stale for a while, then forgotten', () => {
  const jobs = book();
  for (const [index, group] of ['x', 'x', 'x'].entries()) jobs.add(String(index), group, 0);
  const { job } = jobs.add('new', 'y', 0);
  const gone = jobs.retire(({ group }) => group !== 'y', 7);
  assert.deepEqual(
    gone.map(({ sequence }) => sequence),
    [101, 102],
  );
  assert.equal(jobs.find(100), undefined);
  assert.equal(jobs.find(101)?.staleSince, 7);
  assert.equal(jobs.find(job.sequence)?.staleSince, undefined);
  assert.deepEqual([jobs.oldestKnown, jobs.oldestLive], [101, job.sequence]);
});

test('age and number bound the life of jobs, and the newest job always lives', () => {
  const jobs = book();
  jobs.add('a', 'g', 0);
  jobs.add('b', 'g', 10);
  assert.deepEqual(
    jobs.add('c', 'h', 1001).gone.map(({ work }) => work),
    ['a'],
  );
  assert.deepEqual(
    jobs.add('d', 'h', 1002).gone.map(({ work }) => work),
    [],
  );
  assert.deepEqual(
    jobs.add('e', 'h', 1003).gone.map(({ work }) => work),
    ['b'],
  );
  assert.deepEqual(
    jobs.add('f', 'h', 9999).gone.map(({ work }) => work),
    ['c', 'd', 'e'],
  );
  assert.equal(jobs.needsGroup('g'), false);
  assert.equal(jobs.needsGroup('h'), true);
});

test('after the last number of 32 bits comes the first', () => {
  const jobs = book({ firstSequence: 0xffff_ffff });
  assert.equal(jobs.add('a', 'g', 0).job.sequence, 0xffff_ffff);
  assert.equal(jobs.add('b', 'g', 0).job.sequence, 1);
});

test('a job lives until its last millisecond, and the newest one lives even where the book has no room', () => {
  const jobs = book();
  jobs.add('a', 'g', 0);
  assert.deepEqual(jobs.add('b', 'g', 1000).gone, []);
  assert.deepEqual(
    jobs.add('c', 'g', 1001).gone.map(({ work }) => work),
    ['a'],
  );
  const narrow = book({ maxJobs: 0 });
  for (const work of ['a', 'b']) {
    const { job } = narrow.add(work, 'g', 0);
    assert.deepEqual(narrow.find(job.sequence), { job, staleSince: undefined });
  }
});
