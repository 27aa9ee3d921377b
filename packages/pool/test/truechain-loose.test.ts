import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { targetOfEitherHalf, weightOfEitherHalf } from '@adit/primitives';
import type { SharePrice } from '@adit/stratum';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import type { LooseTarget, LooseTargetOptions } from '../src/truechain/loose-target.ts';
import { SLOT_MS, SLOTS_AHEAD } from '../src/truechain/price-schedule.ts';
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
/** Longest time from the proposal of a weight to headers with it. */
const HALF_A_MINUTE_AND_A_SLOT = 40_000;

const priceOf = (target: bigint): SharePrice => ({ target, credited: target });

/** The number of weights that are on record. That of the slot 0 holds before the first one. */
function slotsIn(folder: string): number {
  if (!existsSync(folder)) return 0;
  const names = readdirSync(folder);
  // A write whose draft is still there has not looked at the clock for the last time.
  return names.some((name) => name.startsWith('.')) ? 0 : names.filter((name) => /^[1-9]/.test(name)).length;
}

/** Waits until a weight is on record for headers to come. */
async function planned(data: string, count = 1): Promise<void> {
  const folder = join(data, 'targets', 'to-come');
  await until('a weight is planned', () => slotsIn(folder) >= count);
}

test('a header has one target for all its miners, and the grants of a connection do not count', async (context) => {
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

test('no share target is harder than the network’s when the header was first seen, and later changes do not matter', async (context) => {
  const { engine, jobs, next } = await scriptedTrue(context, {
    loose: LOOSE,
    work: { fruitTarget: TARGET * 4n, blockTarget: TARGET * 2n },
  });
  assert.equal(engine.job?.target, TARGET * 4n);
  await next({ fruitTarget: TARGET * 8n });
  await next({ fruitTarget: 5n });
  assert.deepEqual([jobs.length, engine.job?.target], [1, TARGET * 4n]);
});

test('two processes on one data folder have one target for a header, even with other port options', async (context) => {
  const data = temporaryFolder(context);
  const first = await scriptedTrue(context, { loose: LOOSE, data });
  const second = await scriptedTrue(context, {
    loose: { ...LOOSE, startWeight: 1000n, maxWeight: 1000n },
    data,
  });
  assert.equal(first.engine.job?.target, TARGET);
  assert.equal(second.engine.job?.target, TARGET);
  // Now the second process sees a header first.
  await second.next({ header: 2 });
  assert.equal(
    second.engine.job?.target,
    TARGET,
    'no weight is settled yet, so that of the first process holds',
  );
  await first.next({ header: 2 });
  assert.equal(first.engine.job?.target, TARGET);
  for (const { engine, hasher, share } of [first, second]) {
    hasher.halves = () => [TARGET, 0n];
    const verdict = await engine.judge(share([7n]), FROM);
    assert.deepEqual(verdict, { accepted: true, weight: weightOfEitherHalf(TARGET) });
  }
});

test('a restarted pool finds the target that the header had, and goes on from it', async (context) => {
  const data = temporaryFolder(context);
  const before = await scriptedTrue(context, { loose: LOOSE, data });
  before.engine.tick(0);
  await before.engine.stop();
  const after = await scriptedTrue(context, { loose: { ...LOOSE, startWeight: 5n }, data });
  after.clock.now += HALF_A_MINUTE_AND_A_SLOT;
  assert.equal(after.engine.job?.target, TARGET);
  await after.next({ header: 2 });
  assert.equal(after.engine.job?.target, TARGET, 'nobody has shown anything yet');
});

test('a header that comes back has its target and its number, and is sent again', async (context) => {
  const data = temporaryFolder(context);
  const { engine, jobs, next, clock } = await scriptedTrue(context, { loose: LOOSE, data });
  engine.loose?.plan(64n, 0);
  engine.tick(0);
  await planned(data);
  clock.now += HALF_A_MINUTE_AND_A_SLOT;
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

test('while a target cannot be kept the header still goes out: shares are refused, but fruits are not', async (context) => {
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
  // Miners were told this target already.
  assert.deepEqual([jobs.length, engine.job?.target], [1, TARGET]);
});

test('a target that another process settled first is sent as a clean job before any share counts', async (context) => {
  const data = temporaryFolder(context);
  const held = Promise.withResolvers<SharePrice | undefined>();
  const prices = { settle: () => held.promise } as never;
  const { engine, jobs } = await scriptedTrue(context, { loose: LOOSE, data, prices });
  assert.equal(engine.job?.target, TARGET);
  held.resolve(priceOf(TARGET / 3n));
  await until('the settled target', () => jobs.length === 2);
  assert.deepEqual([jobs[1]?.job.target, jobs[1]?.job.sequence, jobs[1]?.clean], [TARGET / 3n, 1, true]);
});

test('of headers that come while a target is written only the newest goes out, and no wait is repeated', async (context) => {
  const held = new Map<string, PromiseWithResolvers<SharePrice | undefined>>();
  const prices = {
    settle: (header: string) => {
      const wait = Promise.withResolvers<SharePrice | undefined>();
      held.set(header.slice(0, 2), wait);
      if (header.startsWith('01')) wait.resolve(priceOf(TARGET));
      return wait.promise;
    },
  } as never;
  const { engine, node, jobs } = await scriptedTrue(context, { loose: LOOSE, prices });
  for (const header of [2, 3, 4]) {
    node.work = { ...node.work, header, height: 40 + header };
    await until('it was read', () => held.has('02'));
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  held.get('02')?.resolve(priceOf(TARGET));
  await until('the newest is waited for', () => held.has('04'));
  held.get('04')?.resolve(priceOf(TARGET));
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

test('a nonce that meets no target that its sender can have had counts as unearned', async (context) => {
  const { engine, hasher, share } = await scriptedTrue(context, { loose: LOOSE });
  const judged = async (nonces: readonly bigint[], easiest = TARGET * 4n) => {
    const verdict = await engine.judge({ ...share(nonces), easiest }, FROM);
    return verdict.accepted ? 'accepted' : [verdict.reason, verdict.unearned === true];
  };
  assert.deepEqual(await judged([1n, 2n]), ['low_difficulty', true]);
  // The reference miner sends nonce 0 when a job comes before it sleeps.
  assert.deepEqual(await judged([0n, 2n]), ['low_difficulty', false]);
  // The nonce meets an easier target that the miner still uses, under either reading, with either half.
  hasher.halves = (nonce) => (nonce === 2n ? [TARGET * 4n, TARGET * 9n] : NO_SHARE);
  assert.deepEqual(await judged([1n, 2n]), ['low_difficulty', false]);
  assert.deepEqual(await judged([1n, 2n], TARGET * 3n), ['low_difficulty', true]);
  // A fruit is worth more than a share.
  hasher.halves = () => [TARGET * 9n, 50n];
  assert.equal(await judged([3n]), 'accepted');
});

test('for some minutes after a change of the dataset, hashes of the former one do not count against miners', async (context) => {
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

test('a miner that has hashed a header cannot move its price, by shares that it shows or hides', async (context) => {
  const data = temporaryFolder(context);
  const { engine, clock, next } = await scriptedTrue(context, { loose: LOOSE, data });
  const pass = async (ms: number): Promise<void> => {
    for (const end = clock.grown + ms; clock.grown < end; clock.grown += 1_000, clock.now += 1_000) {
      engine.tick(clock.grown);
      if (clock.grown % 5_000 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await pass(60_000);
  engine.loose?.join(1, clock.grown);
  // The miner has the next header already. It hands in shares that would raise the price, and later is silent.
  for (let i = 0; i < 40; i += 1) engine.loose?.share(1, LOOSE.startWeight, clock.grown + i);
  await pass(20_000);
  await next({ header: 2 });
  assert.equal(engine.job?.target, TARGET);
  await pass(60_000);
  await next({ header: 3 });
  assert.ok((engine.job?.target ?? TARGET) < TARGET, 'half a minute later its shares are believed');
});

test('two processes with other settings have one price for headers to come, whichever sees a header first', async (context) => {
  const data = temporaryFolder(context);
  const first = await scriptedTrue(context, { loose: { ...LOOSE, fixed: true }, data });
  const second = await scriptedTrue(context, { loose: { ...LOOSE, fixed: true, startWeight: 5_000n }, data });
  const prices: (bigint | undefined)[] = [];
  for (let header = 2; header < 15; header += 1) {
    // The time is in the middle of a slot.
    for (const { clock } of [first, second]) clock.now += header === 2 ? 7_000 : 5_000;
    // The two processes take turns as the first to plan.
    const [one, other] = header % 2 === 0 ? [first, second] : [second, first];
    one.engine.tick(header * 10_000);
    await planned(data, header - 1);
    other.engine.tick(header * 10_000);
    const [early, late] = header % 3 === 0 ? [first, second] : [second, first];
    await early.next({ header });
    await late.next({ header });
    assert.equal(early.engine.job?.target, late.engine.job?.target);
    prices.push(early.engine.job?.target);
  }
  // From the eighth on they are what was planned, by the first and the second in turn, and not what the early one would say.
  const either = new Set([targetOfEitherHalf(5_000n), TARGET]);
  for (const price of prices.slice(7)) assert.ok(price !== undefined && either.has(price));
});

test('a header beside a change of the weight asks for the harder target and credits the easier weight, whenever it is seen', async (context) => {
  const seen = [];
  for (const beside of [-1_500, -1, 0, 1_500]) {
    const data = temporaryFolder(context);
    const { engine, hasher, clock, next, share } = await scriptedTrue(context, { loose: LOOSE, data });
    engine.loose?.plan(LOOSE.startWeight * 8n, 0);
    engine.tick(0);
    await planned(data);
    clock.now = (Math.floor(clock.now / SLOT_MS) + SLOTS_AHEAD) * SLOT_MS + beside;
    await next({ header: 2 });
    const target = targetOfEitherHalf(LOOSE.startWeight * 8n);
    const counted = context.mock.method(engine.loose as LooseTarget, 'share');
    hasher.halves = (nonce) => (nonce === 1n ? [target, 0n] : [target + 1n, target + 1n]);
    const [met, missed] = [await engine.judge(share([1n]), FROM), await engine.judge(share([2n]), FROM)];
    seen.push([engine.job?.target === target, met, missed.accepted]);
    // For the rate of its connection it is what it had to meet, not what it is paid.
    assert.deepEqual(
      counted.mock.calls.map(({ arguments: [, weight] }) => weight),
      [weightOfEitherHalf(target)],
    );
  }
  const weight = weightOfEitherHalf(TARGET);
  assert.deepEqual(
    seen,
    seen.map(() => [true, { accepted: true, weight }, false]),
  );
});
