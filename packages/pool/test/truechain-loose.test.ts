import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { targetOfEitherHalf, weightOfEitherHalf } from '@adit/primitives';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import type { LooseTargetOptions } from '../src/truechain/loose-target.ts';
import { FROM } from './support/engines.ts';
import { NO_SHARE, scriptedTrue } from './support/scripted-truechain.ts';

const LOOSE: LooseTargetOptions = {
  startWeight: 1n << 20n,
  minWeight: 1n,
  maxWeight: 1n << 60n,
  fixed: false,
  shareIntervalMs: 10_000,
};
const TARGET = targetOfEitherHalf(LOOSE.startWeight);

test('a header has one target for whoever mines it, and what a connection was granted does not count', async (context) => {
  const { engine, hasher, journal, jobs, share } = await scriptedTrue(context, { loose: LOOSE });
  assert.equal(jobs[0]?.job.target, TARGET);
  hasher.halves = (nonce) => (nonce === 2n ? [TARGET + 1n, TARGET + 1n] : [TARGET, TARGET + 1n]);
  const easy = (nonce: bigint) => ({ ...share([nonce]), target: TARGET * 100n });
  assert.equal((await engine.judge(easy(1n), FROM)).accepted, true);
  assert.equal((await engine.judge(easy(2n), FROM)).accepted, false);
  assert.deepEqual(
    journal.kept.map(({ weight, shareTarget }) => [weight, shareTarget]),
    [[weightOfEitherHalf(TARGET), TARGET]],
  );
});

test('no share target is harder than the network was when the header was first seen; later words of it change nothing', async (context) => {
  const { engine, jobs, next } = await scriptedTrue(context, {
    loose: LOOSE,
    work: { fruitTarget: TARGET * 4n, blockTarget: TARGET * 2n },
  });
  assert.equal(engine.job?.target, TARGET * 4n);
  await next({ fruitTarget: TARGET * 8n });
  await next({ fruitTarget: 5n });
  assert.deepEqual([jobs.length, engine.job?.target], [1, TARGET * 4n]);
});

test('two processes on one data folder have one target for a header, whatever their ports say', async (context) => {
  const data = temporaryFolder(context);
  const first = await scriptedTrue(context, { loose: LOOSE, data });
  const second = await scriptedTrue(context, {
    loose: { ...LOOSE, startWeight: 1000n, maxWeight: 1000n },
    data,
  });
  assert.equal(first.engine.job?.target, TARGET);
  assert.equal(second.engine.job?.target, TARGET);
  // The other way round: the second one sees a header first.
  await second.next({ header: 2 });
  assert.equal(second.engine.job?.target, targetOfEitherHalf(1000n));
  await first.next({ header: 2 });
  assert.equal(first.engine.job?.target, targetOfEitherHalf(1000n));
  for (const { engine, hasher, share } of [first, second]) {
    hasher.halves = () => [targetOfEitherHalf(1000n), 0n];
    const verdict = await engine.judge(share([7n]), FROM);
    assert.deepEqual(verdict, { accepted: true, weight: weightOfEitherHalf(targetOfEitherHalf(1000n)) });
  }
});

test('a restart finds the target that the header had, and goes on from it', async (context) => {
  const data = temporaryFolder(context);
  const before = await scriptedTrue(context, { loose: LOOSE, data });
  await before.engine.stop();
  const after = await scriptedTrue(context, { loose: { ...LOOSE, startWeight: 5n }, data });
  assert.equal(after.engine.job?.target, TARGET);
  await after.next({ header: 2 });
  assert.equal(after.engine.job?.target, TARGET, 'nobody has shown anything yet');
});

test('a header that comes back has its target and its number, and is told again', async (context) => {
  const { engine, jobs, next, clock } = await scriptedTrue(context, { loose: LOOSE });
  engine.loose?.hold(64n, 0);
  await next({ header: 2 });
  assert.equal(engine.job?.target, targetOfEitherHalf(64n));
  clock.grown += 700_000;
  await next({ header: 3 });
  await next({ header: 1 });
  assert.deepEqual(
    jobs.map(({ job }) => [job.sequence, job.order]),
    [
      [1, 1],
      [2, 2],
      [3, 3],
      [1, 4],
    ],
  );
  assert.equal(engine.job?.target, TARGET);
});

test('where a target cannot be kept the header goes out all the same: shares are refused, fruits are not', async (context) => {
  const data = temporaryFolder(context);
  const blocked = join(data, 'targets');
  writeFileSync(blocked, 'a file where the folder should be');
  const { engine, hasher, node, share, of, jobs } = await scriptedTrue(context, { loose: LOOSE, data });
  assert.equal(of('problem').length, 1);
  hasher.halves = (nonce) => (nonce === 5n ? [0n, 50n] : [TARGET, TARGET]);
  assert.deepEqual(await engine.judge(share([1n]), FROM), { accepted: false, reason: 'not_recorded' });
  assert.deepEqual(await engine.judge(share([5n]), FROM), { accepted: false, reason: 'not_recorded' });
  await until('the fruit is handed in', () => node.submitted.length === 1);
  rmSync(blocked);
  await until('it is settled', async () => (await engine.judge(share([1n]), FROM)).accepted);
  // The target is what miners were told already.
  assert.deepEqual([jobs.length, engine.job?.target], [1, TARGET]);
});

test('a target that somebody else had settled by then is told, clean, before any share counts', async (context) => {
  const data = temporaryFolder(context);
  const held = Promise.withResolvers<bigint | undefined>();
  const prices = { settle: () => held.promise, newest: async () => undefined } as never;
  const { engine, jobs } = await scriptedTrue(context, { loose: LOOSE, data, prices });
  assert.equal(engine.job?.target, TARGET);
  held.resolve(TARGET / 3n);
  await until('the settled target', () => jobs.length === 2);
  assert.deepEqual([jobs[1]?.job.target, jobs[1]?.job.sequence, jobs[1]?.clean], [TARGET / 3n, 1, true]);
});

test('of headers that come while a target is being kept only the newest goes out, and none is waited for twice', async (context) => {
  const held = new Map<string, PromiseWithResolvers<bigint | undefined>>();
  const prices = {
    settle: (header: string) => {
      const wait = Promise.withResolvers<bigint | undefined>();
      held.set(header.slice(0, 2), wait);
      if (header.startsWith('01')) wait.resolve(TARGET);
      return wait.promise;
    },
    newest: async () => undefined,
  } as never;
  const { engine, node, jobs } = await scriptedTrue(context, { loose: LOOSE, prices });
  for (const header of [2, 3, 4]) {
    node.work = { ...node.work, header, height: 40 + header };
    await until('it was read', () => held.has('02'));
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  held.get('02')?.resolve(TARGET);
  await until('the newest is waited for', () => held.has('04'));
  held.get('04')?.resolve(TARGET);
  await until('it is out', () => engine.job?.headerHash.startsWith('04') === true);
  assert.deepEqual(
    jobs.map(({ job, clean }) => [job.headerHash.slice(0, 2), clean]),
    [
      ['01', true],
      ['02', true],
      ['04', true],
    ],
  );
  assert.equal(held.has('03'), false);
});

test('a nonce that meets no target that its sender can have had is one that nobody worked for', async (context) => {
  const { engine, hasher, share } = await scriptedTrue(context, { loose: LOOSE });
  const judged = async (nonces: readonly bigint[], easiest = TARGET * 4n) => {
    const verdict = await engine.judge({ ...share(nonces), easiest }, FROM);
    return verdict.accepted ? 'accepted' : [verdict.reason, verdict.unearned === true];
  };
  assert.deepEqual(await judged([1n, 2n]), ['low_difficulty', true]);
  // What the published miner sends when a job finds it half way.
  assert.deepEqual(await judged([0n, 2n]), ['low_difficulty', false]);
  // Of an easier target that it has not changed yet, under either reading, with either half.
  hasher.halves = (nonce) => (nonce === 2n ? [TARGET * 4n, TARGET * 9n] : NO_SHARE);
  assert.deepEqual(await judged([1n, 2n]), ['low_difficulty', false]);
  assert.deepEqual(await judged([1n, 2n], TARGET * 3n), ['low_difficulty', true]);
  // A fruit is worth more than a share.
  hasher.halves = () => [TARGET * 9n, 50n];
  assert.equal(await judged([3n]), 'accepted');
});

test('after a border nobody is blamed for the dataset of before, for some minutes', async (context) => {
  const { engine, hasher, share, next, clock } = await scriptedTrue(context, { loose: LOOSE });
  await next({ header: 2, dataset: 5 });
  const meetsIn = (dataset: string) => {
    hasher.halves = () => (hasher.asked.at(-1)?.dataset.startsWith(dataset) === true ? [0n, 0n] : NO_SHARE);
  };
  const unearned = async (nonce: bigint) => {
    const verdict = await engine.judge(share([nonce]), FROM);
    return !verdict.accepted && verdict.unearned === true;
  };
  meetsIn('58bc');
  assert.equal(await unearned(1n), false);
  meetsIn('77');
  assert.equal(await unearned(2n), true);
  meetsIn('58bc');
  clock.grown += 600_001;
  assert.equal(await unearned(3n), true);
});
