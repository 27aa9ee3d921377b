import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { zcashChain } from '@adit/chain';
import { targetFromBits } from '@adit/primitives';
import { until } from '@adit/test-kit/until';
import { FROM } from './support/engines.ts';
import { CHAIN, NOON, paramsOf, scriptedZcash, timeOf } from './support/scripted-zcash.ts';

/** Replaces the engine's timer, so that the test makes its ticks. */
function heldTicks(context: TestContext): () => void {
  context.mock.timers.enable({ apis: ['setInterval'] });
  return () => context.mock.timers.tick(1_000);
}

test('a job is the template under the next id, as a clean line and as one that is not clean', async (context) => {
  const { engine, jobs } = await scriptedZcash(context);
  const [first] = jobs;
  assert.ok(first !== undefined);
  assert.equal(first.clean, true);
  assert.equal(engine.job, first.job);
  const { cleanLine: _, keepLine: __, ...rest } = first.job;
  assert.deepEqual(rest, {
    sequence: 1,
    terms: 0,
    order: 1,
    networkTarget: targetFromBits(0x1f0fffff),
    oldestKnown: 1,
  });
  const [id, version, prevHash, , reserved, , bits, clean, ...extras] = paramsOf(first.job, true);
  assert.deepEqual(
    [id, version, prevHash, reserved, bits, clean],
    ['00000001', '04000000', '01'.repeat(32), '09'.repeat(32), 'ffff0f1f', true],
  );
  assert.deepEqual(paramsOf(first.job).toSpliced(7, 1), paramsOf(first.job, true).toSpliced(7, 1));
  assert.equal(paramsOf(first.job)[7], false);
  // Miners of many chains get the parameters of Equihash.
  assert.deepEqual(extras, ['48_5', 'ZcashPoW']);
  assert.deepEqual([engine.name, engine.chain, engine.newestJob, engine.oldestLiveJob], ['zec', CHAIN, 1, 1]);
});

test('the Equihash parameters are sent only if they differ from 200,9', async (context) => {
  for (const [params, extras] of [
    [{}, []],
    [{ n: 96, k: 5 }, ['96_5', 'ZcashPoW']],
    [{ n: 144, k: 5, personalization: 'BgoldPoW' }, ['144_5', 'BgoldPoW']],
    [{ n: 200, k: 7 }, ['200_7', 'ZcashPoW']],
    [{ n: 160, k: 9 }, ['160_9', 'ZcashPoW']],
  ] as const) {
    const base = zcashChain('zcash-devnet');
    const chain = { ...base, equihash: { ...base.equihash, ...params } };
    const { jobs } = await scriptedZcash(context, { chain });
    assert.deepEqual(jobs[0] && paramsOf(jobs[0].job).slice(8), extras);
  }
});

test('a job has the time of the pool’s clock, within the limits of the node', async (context) => {
  const { engine, clock } = await scriptedZcash(context, {
    template: { variable: true },
    options: { refreshMs: 0 },
  });
  const timeAfter = (ms: number) => {
    clock.now = NOON * 1000 + ms;
    const job = engine.ownWork();
    assert.ok(job !== undefined);
    return timeOf(job) - NOON;
  };
  assert.deepEqual([0, 1_999, 2_000, 999_000, 5_000_000, -60_000].map(timeAfter), [0, 1, 2, 999, 1_000, 0]);
});

test('where the chain pins the time a job has the time of the template', async (context) => {
  const chain = { ...CHAIN, pinTime: true };
  const { engine, clock } = await scriptedZcash(context, {
    chain,
    template: { variable: true },
    options: { refreshMs: 0 },
  });
  clock.now += 30_000;
  const job = engine.ownWork();
  assert.equal(job && timeOf(job), NOON);
});

test('the jobs of a new tip and of its first work with transactions are clean, and others are not', async (context) => {
  const { jobs, next, of } = await scriptedZcash(context);
  await next({ transactions: [20] });
  await next({ transactions: [20, 21] });
  await next({ parent: 2, height: 101, transactions: [22] });
  assert.deepEqual(
    jobs.map(({ job, clean }) => [job.sequence, clean]),
    [
      [1, true],
      [2, true],
      [3, false],
      [4, true],
    ],
  );
  const [first] = of('work');
  assert.match(String(first?.workId), /^100-/);
  assert.deepEqual(first, {
    kind: 'work',
    chain: 'zec',
    workId: first?.workId,
    height: 100,
    clean: true,
    transactions: 0,
  });
  assert.deepEqual(
    of('work').map(({ height, clean, transactions }) => [height, clean, transactions]),
    [
      [100, true, 0],
      [100, true, 1],
      [100, false, 2],
      [101, true, 1],
    ],
  );
});

test('the same transactions in another order are not sent', async (context) => {
  const { engine, jobs, node, next } = await scriptedZcash(context);
  await next({ transactions: [20, 21] });
  const { asked } = node;
  node.give({ transactions: [21, 20] });
  await until('the other order to be taken', () => node.asked >= asked + 2);
  assert.equal(jobs.length, 2);
  assert.equal(engine.ownWork(), undefined, 'somebody may have foreseen it');
  await next({ transactions: [21, 20, 22] });
  assert.equal(jobs.length, 3);
});

test('shares for every work of a tip count once each', async (context) => {
  const { engine, jobs, share, next } = await scriptedZcash(context);
  const [before, twin] = [share(), share()];
  await next({ transactions: [20] });
  assert.equal((await engine.judge(before, FROM)).accepted, true);
  const current = share();
  assert.equal((await engine.judge(current, FROM)).accepted, true);
  // With the header of another work the same bytes have another hash, which is not a share.
  const other = await engine.judge({ ...current, jobSequence: 1, target: 1n }, FROM);
  assert.deepEqual([other.accepted, !other.accepted && other.reason], [false, 'low_difficulty']);
  assert.deepEqual(await engine.judge(current, FROM), { accepted: false, reason: 'duplicate_share' });
  assert.equal((await engine.judge(twin, FROM)).accepted, true);
  assert.equal(jobs.length, 2);
});

test('jobs are bounded in number and age, and shares for retired ones are first stale and later unknown', async (context) => {
  const { engine, clock, share } = await scriptedZcash(context, {
    template: { variable: true },
    options: { refreshMs: 0 },
  });
  const sent = share();
  const reasonFor = async (jobSequence: number) => {
    const verdict = await engine.judge({ ...sent, jobSequence }, FROM);
    return verdict.accepted || verdict.reason;
  };
  for (let job = 2; job <= 8_292; job += 1) engine.ownWork();
  assert.deepEqual([engine.newestJob, engine.oldestLiveJob, engine.job?.oldestKnown], [8_292, 4_197, 101]);
  assert.equal(await reasonFor(4_196), 'stale_job');
  assert.equal(await reasonFor(101), 'stale_job');
  assert.equal(await reasonFor(100), 'job_not_found');
  clock.now += 600_000;
  engine.ownWork();
  assert.equal(await reasonFor(102), 'stale_job');
  clock.now += 1;
  engine.ownWork();
  assert.equal(await reasonFor(4_197), 'stale_job', 'it went just now');
  assert.equal(await reasonFor(4_196), 'job_not_found', 'it went ten minutes ago');
  clock.now += 2_999_999;
  engine.ownWork();
  assert.equal(engine.oldestLiveJob, 4_200);
  clock.now += 1;
  engine.ownWork();
  assert.equal(engine.oldestLiveJob, 8_293);
});

test('before a node gives work there is no job, and the outage is reported until there is one', async (context) => {
  const { engine, node, jobs, of } = await scriptedZcash(context, { down: true });
  await until('the outage', () => of('outage').length > 0);
  assert.deepEqual([engine.job, engine.ownWork()], [undefined, undefined]);
  const [outage] = of('outage');
  assert.equal(outage?.chain, 'zec');
  assert.ok(outage?.sinceMs !== undefined && Math.abs(outage.sinceMs - Date.now()) < 60_000);
  assert.equal(engine.outageSince, outage.sinceMs);
  const [status] = of('node');
  assert.deepEqual([status?.chain, status?.status.node, status?.status.state], ['zec', 'scripted', 'down']);
  node.down = false;
  await until('work', () => jobs.length > 0);
  assert.deepEqual(of('outage').at(-1), { kind: 'outage', chain: 'zec', sinceMs: undefined });
  assert.equal(engine.outageSince, undefined);
});

test('a job is sent again after a time without one, by a clock that only grows', async (context) => {
  const tick = heldTicks(context);
  let at = 0;
  const { engine, jobs, clock } = await scriptedZcash(context, { modules: { elapsed: () => at } });
  tick();
  at = 39_999;
  tick();
  assert.equal(jobs.length, 1);
  at = 40_000;
  clock.now -= 7_200_000;
  tick();
  tick();
  // An opaque work is sent again under its number, since another number could have another target.
  assert.deepEqual(
    jobs.map(({ job, clean }) => [job.sequence, job.order, clean]),
    [
      [1, 1, true],
      [1, 2, false],
    ],
  );
  await engine.stop();
  at += 60_000;
  tick();
  assert.equal(jobs.length, 2);
});

test('the duplicates of a former tip are forgotten even if no other tip comes', async (context) => {
  const tick = heldTicks(context);
  const { engine, clock, share, next } = await scriptedZcash(context);
  engine.graceMs = 1_000;
  const from = { ...FROM, graceMs: 60_000 };
  const sent = share();
  assert.equal((await engine.judge(sent, from)).accepted, true);
  await next({ parent: 2, height: 101 });
  clock.now += 999;
  tick();
  assert.deepEqual(await engine.judge(sent, from), { accepted: false, reason: 'duplicate_share' });
  clock.now += 1;
  tick();
  assert.equal((await engine.judge(sent, from)).accepted, true, 'the journal alone knows it now');
});

test('a tip that comes back keeps the duplicates that it had', async (context) => {
  const { engine, clock, node, share, next } = await scriptedZcash(context);
  const sent = share();
  assert.equal((await engine.judge(sent, FROM)).accepted, true);
  engine.graceMs = 1_000;
  await next({ parent: 2, height: 101 });
  await next({ parent: 1, height: 102 });
  clock.now += 5_000;
  await next({ transactions: [20] });
  await next({ transactions: [] });
  // The same work comes back, and has its former number.
  assert.equal(engine.job?.sequence, sent.jobSequence);
  assert.deepEqual(await engine.judge(sent, FROM), { accepted: false, reason: 'duplicate_share' });
  assert.equal(node.submitted.length, 0);
});

test('a template is proposed to its node before it is mined, unless that is switched off', async (context) => {
  const careful = await scriptedZcash(context, { options: {} });
  assert.equal(careful.node.proposals, 1);
  const hasty = await scriptedZcash(context, { options: { proposeFirst: false } });
  assert.equal(hasty.node.proposals, 0);
});

test('candidates that an earlier process left unfinished are handed in again', async (context) => {
  const { node, of } = await scriptedZcash(context, {
    unfinished: [
      {
        chain: 'zec',
        what: 'block',
        id: 'ab'.repeat(32),
        height: 99,
        worker: 'alice.rig',
        foundAtMs: NOON * 1000,
        payload: '0011',
        answers: [],
        state: 'pending',
      },
    ],
  });
  await until('it is handed in', () => of('block_submitted').length > 0);
  assert.deepEqual(
    node.submitted.map((block) => Buffer.from(block).toString('hex')),
    ['0011'],
  );
});

test('a tip that came back and is replaced again has its whole grace', async (context) => {
  const { engine, clock, share, next } = await scriptedZcash(context);
  engine.graceMs = 1_000;
  const from = { ...FROM, graceMs: 60_000 };
  const sent = share();
  assert.equal((await engine.judge(sent, from)).accepted, true);
  await next({ parent: 2, height: 101 });
  await next({ parent: 1, height: 102 });
  clock.now += 900;
  await next({ parent: 3, height: 103 });
  clock.now += 200; // The first grace would be over.
  await next({ parent: 4, height: 104 });
  assert.deepEqual(await engine.judge(sent, from), { accepted: false, reason: 'duplicate_share' });
});

test('without work nothing is sent again', async (context) => {
  const tick = heldTicks(context);
  const { jobs } = await scriptedZcash(context, {
    down: true,
    options: { rebroadcastMs: 0, proposeFirst: false },
  });
  tick();
  assert.deepEqual(jobs, []);
});
