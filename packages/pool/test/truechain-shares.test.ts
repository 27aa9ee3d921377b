import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { EPOCH0_DATASET_HASH } from '@adit/pow';
import { AditError, weightOfEitherHalf } from '@adit/primitives';
import { until } from '@adit/test-kit/until';
import { FROM } from './support/engines.ts';
import { filled, mixOf, NO_SHARE, NOON, scriptedTrue } from './support/scripted-truechain.ts';

const DUPLICATE = { accepted: false, reason: 'duplicate_share' };
const LOW = {
  accepted: false,
  reason: 'low_difficulty',
  detail: 'neither half of the digest meets the target of its job',
  unearned: true,
};
const SHARE = [1000n, 2000n] as const;
const HEADER = '01'.repeat(32);

/** SHA-256 of header hash and nonce. */
function digestOf(header: number, nonce: string): Buffer {
  return createHash('sha256').update(filled(header)).update(Buffer.from(nonce, 'hex')).digest();
}

test('a share is kept with all fields that the ledger needs', async (context) => {
  const { engine, hasher, journal, clock, share, events } = await scriptedTrue(context);
  hasher.halves = () => SHARE;
  clock.now += 1_234;
  const weight = weightOfEitherHalf(1000n);
  assert.deepEqual(await engine.judge(share([0xa1b2c3n]), FROM), { accepted: true, weight });
  assert.deepEqual(journal.kept, [
    {
      timeMs: NOON * 1000 + 1_234,
      network: 'truechain',
      chain: 'true',
      height: 42,
      workId: '0101010101010101-1',
      workGroup: HEADER,
      account: 'alice',
      worker: 'alice.rig',
      dialect: 'truestratum',
      weight,
      shareTarget: 1000n,
      networkTarget: 10n,
      digest: digestOf(1, '0000000000a1b2c3'),
      outcome: 'share',
    },
  ]);
  assert.deepEqual(hasher.asked, [
    {
      dataset: EPOCH0_DATASET_HASH,
      header: HEADER,
      nonce: 0xa1b2c3n,
      lane: { group: '127.0.0.1', member: 1, urgent: false },
    },
  ]);
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'block_found' || kind === 'problem'),
    [],
  );
});

test('a share that comes with two targets goes to the journal both times, which counts the smaller weight', async (context) => {
  const { engine, hasher, journal, share } = await scriptedTrue(context);
  hasher.halves = () => SHARE;
  await engine.judge(share([7n]), FROM);
  // The real journal knows the digest, and answers like this.
  journal.outcome = 'duplicate';
  assert.deepEqual(await engine.judge({ ...share([7n]), target: 1_500n }, FROM), DUPLICATE);
  assert.deepEqual(
    journal.kept.map(({ shareTarget }) => shareTarget),
    [1_000n, 1_500n],
  );
  // The claim of the first share stands, even if the second was not a share.
  assert.deepEqual(await engine.judge(share([7n]), FROM), DUPLICATE);
  assert.equal((await engine.judge({ ...share([7n]), target: 999n }, FROM)).accepted, false);
  assert.deepEqual(await engine.judge(share([7n]), FROM), DUPLICATE);
  assert.equal(journal.kept.length, 2);
});

test('either half may meet the target, and a half equal to the target meets it', async (context) => {
  const { engine, hasher, share } = await scriptedTrue(context);
  const verdictOf = async (nonce: bigint, halves: readonly [bigint, bigint]) => {
    hasher.halves = () => halves;
    return engine.judge(share([nonce]), FROM);
  };
  assert.equal((await verdictOf(1n, [1000n, 1001n])).accepted, true);
  assert.equal((await verdictOf(2n, [1001n, 1000n])).accepted, true);
  assert.equal((await verdictOf(3n, [900n, 900n])).accepted, true);
  assert.deepEqual(await verdictOf(4n, [1001n, 1001n]), LOW);
  // A nonce that is not a share leaves no claim behind.
  assert.deepEqual(await verdictOf(4n, [1001n, 1001n]), LOW);
});

test('a share for an unknown job is refused as job_not_found', async (context) => {
  const { engine, share } = await scriptedTrue(context);
  assert.deepEqual(await engine.judge({ ...share([1n]), jobSequence: 2 }, FROM), {
    accepted: false,
    reason: 'job_not_found',
  });
});

test('of several readings of a nonce the first that is a share counts', async (context) => {
  const { engine, hasher, journal, share } = await scriptedTrue(context);
  hasher.halves = (nonce) => (nonce === 7n || nonce === 9n ? SHARE : NO_SHARE);
  assert.equal((await engine.judge(share([5n, 7n, 9n]), FROM)).accepted, true);
  assert.deepEqual(
    hasher.asked.map(({ nonce }) => nonce),
    [5n, 7n],
  );
  // The first reading is a share of another miner. The second one counts all the same.
  assert.equal((await engine.judge(share([7n, 9n]), FROM)).accepted, true);
  assert.deepEqual(await engine.judge(share([7n, 9n]), FROM), DUPLICATE);
  assert.deepEqual(await engine.judge(share([7n, 4n]), FROM), DUPLICATE);
  assert.deepEqual(await engine.judge(share([4n]), FROM), LOW);
  assert.equal(journal.kept.length, 2);
});

test('a share is a duplicate from the moment when its check begins', async (context) => {
  const { engine, hasher, share } = await scriptedTrue(context);
  hasher.halves = () => SHARE;
  const gate = Promise.withResolvers<void>();
  hasher.gate = gate.promise;
  const first = engine.judge(share([3n]), FROM);
  assert.deepEqual(await engine.judge(share([3n]), { ...FROM, connection: 2 }), DUPLICATE);
  gate.resolve();
  assert.equal((await first).accepted, true);
  assert.deepEqual(await engine.judge(share([3n]), FROM), DUPLICATE);
});

test('a share that the journal holds from an earlier process is a duplicate', async (context) => {
  const { engine, hasher, journal, share, next } = await scriptedTrue(context);
  hasher.halves = () => SHARE;
  const asked: unknown[] = [];
  const read = Promise.withResolvers<readonly Uint8Array[]>();
  journal.digestsOf = (...question: unknown[]) => {
    asked.push(question);
    return read.promise;
  };
  await next({ header: 2 });
  const verdicts = Promise.all([1n, 2n].map((nonce) => engine.judge(share([nonce]), FROM)));
  read.resolve([digestOf(2, '0000000000000001')]);
  assert.deepEqual(
    (await verdicts).map((verdict) => verdict.accepted || verdict.reason),
    ['duplicate_share', true],
  );
  assert.deepEqual(asked, [['truechain', '02'.repeat(32)]]);
});

test('after an error nothing is credited, and the share may be sent again', async (context) => {
  const { engine, hasher, journal, share, of } = await scriptedTrue(context);
  hasher.halves = () => SHARE;
  hasher.gate = Promise.reject(new AditError('ADIT_VERIFIER_BUSY', 'the queue is full'));
  assert.deepEqual(await engine.judge(share([1n]), FROM), { accepted: false, reason: 'overloaded' });
  hasher.gate = Promise.reject(new Error('the threads ended'));
  assert.deepEqual(await engine.judge(share([1n]), FROM), { accepted: false, reason: 'not_recorded' });
  assert.deepEqual(of('problem'), [
    { kind: 'problem', cause: 'share_not_judged', detail: 'the threads ended' },
  ]);
  hasher.gate = undefined;
  journal.append = () => Promise.reject(new Error('the disk is full'));
  assert.deepEqual(await engine.judge(share([1n]), FROM), { accepted: false, reason: 'not_recorded' });
  journal.append = async () => 'kept';
  assert.equal((await engine.judge(share([1n]), FROM)).accepted, true);
});

test('while the node wants no block the record of a share has no network target, and that of a fruit has none either', async (context) => {
  const { engine, hasher, journal, share, next } = await scriptedTrue(context);
  await next({ header: 2, blockTarget: 0n });
  const halves = { 1: [60n, 50n], 2: [11n, 51n] } as const;
  hasher.halves = (nonce) => halves[Number(nonce) as 1 | 2];
  for (const nonce of [1n, 2n]) assert.equal((await engine.judge(share([nonce]), FROM)).accepted, true);
  assert.deepEqual(
    journal.kept.map(({ outcome, networkTarget }) => [outcome, networkTarget]),
    [
      ['fruit', null],
      ['share', null],
    ],
  );
});

test('a fruit and a block are reported, handed to the node, and credited as what they are, with the target of blocks', async (context) => {
  const { engine, node, hasher, journal, share, of } = await scriptedTrue(context);
  const halves = { 1: [60n, 50n], 2: [10n, 60n], 3: [11n, 51n] } as const;
  hasher.halves = (nonce) => halves[Number(nonce) as 1 | 2 | 3];
  for (const nonce of [1n, 2n, 3n]) assert.equal((await engine.judge(share([nonce]), FROM)).accepted, true);
  assert.deepEqual(
    journal.kept.map(({ outcome, networkTarget }) => [outcome, networkTarget]),
    [
      ['fruit', 10n],
      ['block', 10n],
      ['share', 10n],
    ],
  );
  assert.deepEqual(
    of('block_found').map(({ chain, what, height, worker }) => [chain, what, height, worker]),
    [
      ['true', 'fruit', 42, 'alice.rig'],
      ['true', 'block', 42, 'alice.rig'],
    ],
  );
  assert.deepEqual(node.submitted, [
    { nonce: 1n, headerHash: filled(1), mix: mixOf([60n, 50n]) },
    { nonce: 2n, headerHash: filled(1), mix: mixOf([10n, 60n]) },
  ]);
});

test('a share for a header that is too old is stale, but a fruit of it goes to the node', async (context) => {
  const { engine, node, hasher, journal, clock, share, next } = await scriptedTrue(context);
  const job = engine.job;
  clock.grown += 600_001;
  await next({ header: 2 });
  const stale = { accepted: false, reason: 'stale_job', detail: 'the header is too old' };
  hasher.halves = () => SHARE;
  assert.deepEqual(await engine.judge(share([1n], job), FROM), stale);
  assert.equal(node.submitted.length, 0);
  hasher.halves = (nonce) => (nonce === 3n ? [2000n, 50n] : SHARE);
  assert.deepEqual(await engine.judge(share([2n, 3n], job), FROM), stale);
  assert.deepEqual(node.submitted, [{ nonce: 3n, headerHash: filled(1), mix: mixOf([2000n, 50n]) }]);
  assert.deepEqual(journal.kept, []);
  assert.deepEqual(hasher.asked.at(-1)?.lane, { group: '127.0.0.1', member: 1, urgent: false });
});

test('a job names header and dataset, and the easier of the halves that are wanted', async (context) => {
  const { engine, jobs, next } = await scriptedTrue(context);
  assert.deepEqual(jobs, [
    {
      job: {
        sequence: 1,
        terms: { oldest: 0, newest: 0 },
        order: 1,
        seedHash: EPOCH0_DATASET_HASH,
        headerHash: HEADER,
        target: undefined,
        networkTarget: 50n,
        oldestKnown: 1,
      },
      clean: true,
    },
  ]);
  assert.equal(engine.job, jobs[0]?.job);
  await next({ header: 2, fruitTarget: 0n, blockTarget: 70n });
  assert.equal(engine.job?.networkTarget, 70n);
  assert.deepEqual([engine.name, engine.newestJob, engine.oldestLiveJob], ['true', 2, 1]);
});

test('jobs are clean with a new snail block or dataset, but not with a new header', async (context) => {
  const { jobs, next, of } = await scriptedTrue(context);
  await next({ header: 2 });
  await next({ header: 3, height: 42 });
  await next({ header: 4, dataset: 5 });
  assert.deepEqual(
    jobs.map(({ clean }) => clean),
    [true, false, true, true],
  );
  assert.deepEqual(of('work')[1], {
    kind: 'work',
    chain: 'true',
    workId: '0202020202020202-2',
    height: 42,
    clean: false,
    transactions: undefined,
  });
});

test('a node that does not tell the height still gives work', async (context) => {
  const { engine, hasher, journal, share, of } = await scriptedTrue(context, { work: { height: undefined } });
  hasher.halves = () => SHARE;
  assert.equal((await engine.judge(share([1n]), FROM)).accepted, true);
  assert.equal(journal.kept[0]?.height, null);
  assert.equal(of('work')[0]?.height, undefined);
});

test('shares for a former header count, and its duplicates are forgotten with the header', async (context) => {
  const { engine, hasher, journal, clock, share, next } = await scriptedTrue(context);
  const closed: string[] = [];
  journal.digestsOf = async (...[, group]: unknown[]) => {
    closed.push(String(group));
    return [];
  };
  hasher.halves = () => SHARE;
  const { job } = engine;
  await next({ header: 2 });
  assert.equal((await engine.judge(share([1n], job), FROM)).accepted, true);
  assert.deepEqual(await engine.judge(share([1n], job), FROM), DUPLICATE);
  clock.grown += 600_001;
  await next({ header: 3 });
  assert.equal(engine.oldestLiveJob, 3);
  // The node goes back to an earlier header. It keeps its number, and its digests are read from the journal again.
  await next({ header: 1 });
  assert.equal(engine.job?.sequence, 1);
  assert.deepEqual(
    closed,
    ['02', '03', '01'].map((byte) => byte.repeat(32)),
  );
  assert.equal(journal.kept.length, 1);
});

test('three datasets are held, each before the job that needs it, with its seedhash answer', async (context) => {
  const { engine, hasher, next } = await scriptedTrue(context);
  assert.deepEqual(hasher.held, [EPOCH0_DATASET_HASH]);
  const answer = JSON.parse(Buffer.from(engine.seedsOf(1) ?? []).toString()) as [string[], string];
  assert.deepEqual([answer[0].length, answer[1]], [10_240, EPOCH0_DATASET_HASH]);
  for (const dataset of [5, 6]) await next({ header: dataset, dataset });
  assert.deepEqual(hasher.held, [EPOCH0_DATASET_HASH, '05'.repeat(32), '06'.repeat(32)]);
  await next({ header: 7, dataset: 7 });
  assert.deepEqual(
    hasher.held,
    ['05', '06', '07'].map((byte) => byte.repeat(32)),
  );
  // Work on the same dataset changes nothing.
  await next({ header: 8 });
  assert.equal(hasher.added, 4);
  assert.deepEqual(
    hasher.held,
    ['05', '06', '07'].map((byte) => byte.repeat(32)),
  );
  const later = JSON.parse(Buffer.from(engine.seedsOf(4) ?? []).toString()) as [string[], string];
  assert.deepEqual([later[0][0], later[1]], ['07'.repeat(16), '07'.repeat(32)]);
  assert.equal(engine.seedsOf(1), undefined);
  assert.equal(engine.seedsOf(99), undefined);
});

test('the pool asks for the next work as soon as a solution was handed in', async (context) => {
  const { engine, node, hasher, share, jobs, of } = await scriptedTrue(context, { pollMs: 600_000 });
  hasher.halves = () => [10n, 10n];
  node.work = { ...node.work, header: 2 };
  assert.equal((await engine.judge(share([1n]), FROM)).accepted, true);
  await until('the next job', () => jobs.length === 2);
  assert.equal(of('block_submitted').length, 1);
});

test('jobs are bounded in number, and retired ones are recognised for a while', async (context) => {
  const { engine, share, next } = await scriptedTrue(context);
  const { job } = engine;
  await next({ header: 2 });
  assert.deepEqual(await engine.judge(share([1n], job), FROM), LOW);
  assert.equal(engine.oldestTerms, 0);
});

test('an outage is reported until there is work, and so are the nodes', async (context) => {
  const { engine, node, jobs, of } = await scriptedTrue(context, { down: true });
  await until('the outage', () => of('outage').length > 0);
  const [outage] = of('outage');
  assert.ok(outage?.sinceMs !== undefined);
  assert.deepEqual([outage.chain, engine.outageSince, engine.job], ['true', outage.sinceMs, undefined]);
  const [status] = of('node');
  assert.deepEqual([status?.chain, status?.status.node, status?.status.state], ['true', 'scripted', 'down']);
  node.down = false;
  await until('work', () => jobs.length > 0);
  assert.deepEqual(of('outage').at(-1), { kind: 'outage', chain: 'true', sinceMs: undefined });
  assert.equal(engine.outageSince, undefined);
});

test('a header has one number and one target, even if the node gives other network targets later', async (context) => {
  const { engine, hasher, jobs, journal, clock, share, next } = await scriptedTrue(context);
  hasher.halves = () => SHARE;
  const { job } = engine;
  clock.grown += 300_000;
  await next({ fruitTarget: 60n });
  assert.equal(engine.job, job);
  assert.deepEqual([jobs.length, engine.newestJob], [1, 1]);
  // Easier network targets do not make an earlier hash a share, but fruits go out all the same.
  await next({ fruitTarget: 5000n });
  const low = { accepted: false, reason: 'low_difficulty', detail: LOW.detail };
  hasher.halves = () => [9000n, 5000n];
  assert.deepEqual(await engine.judge(share([7n]), FROM), low);
  hasher.halves = () => SHARE;
  assert.equal((await engine.judge(share([1n]), FROM)).accepted, true);
  assert.deepEqual(
    journal.kept.map(({ shareTarget, weight }) => [shareTarget, weight]),
    [[1000n, weightOfEitherHalf(1000n)]],
  );
  clock.grown += 300_001;
  await next({ header: 2 });
  assert.equal(engine.oldestLiveJob, 2);
  assert.equal((await engine.judge(share([2n], job), FROM)).accepted, false);
});

test('a dataset that is used again is the last to be dropped', async (context) => {
  const { hasher, next } = await scriptedTrue(context);
  for (const dataset of [5, 6, 0, 7]) await next({ header: 10 + dataset, dataset });
  assert.deepEqual(new Set(hasher.held), new Set([EPOCH0_DATASET_HASH, '06'.repeat(32), '07'.repeat(32)]));
});

test('candidates that an earlier process left unfinished are handed in again', async (context) => {
  const { node, of } = await scriptedTrue(context, {
    unfinished: [
      {
        chain: 'true',
        what: 'fruit',
        id: 'left',
        height: 41,
        worker: 'alice.rig',
        foundAtMs: NOON * 1000,
        payload: `${'00'.repeat(7)}05,${HEADER},${'02'.repeat(32)}`,
        answers: [],
        state: 'pending',
      },
    ],
  });
  await until('it is handed in', () => of('block_submitted').length > 0);
  assert.deepEqual(node.submitted, [{ nonce: 5n, headerHash: filled(1), mix: filled(2) }]);
});
