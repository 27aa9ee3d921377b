import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AditError, encodeHex, MAX_TARGET_256, targetFromBits, weightOfTarget } from '@adit/primitives';
import { FROM } from './support/engines.ts';
import { CHAIN, NOON, scriptedZcash } from './support/scripted-zcash.ts';

const DUPLICATE = { accepted: false, reason: 'duplicate_share' };
const TARGET = targetFromBits(0x1f0fffff);

test('a share whose proof holds is kept with all fields that the ledger needs', async (context) => {
  const { engine, journal, verifier, events, clock, share, hashOf } = await scriptedZcash(context);
  clock.now += 5_432;
  const sent = share({ slack: 12_345n });
  assert.deepEqual(await engine.judge(sent, FROM), { accepted: true, weight: weightOfTarget(sent.target) });
  assert.deepEqual(journal.kept, [
    {
      timeMs: NOON * 1000 + 5_432,
      network: CHAIN.name,
      chain: 'zec',
      height: 100,
      workId: journal.kept[0]?.workId,
      workGroup: '01'.repeat(32),
      account: 'alice',
      worker: 'alice.rig',
      dialect: 'zcash',
      weight: weightOfTarget(sent.target),
      shareTarget: sent.target,
      networkTarget: TARGET,
      digest: Buffer.from(hashOf(sent)),
      outcome: 'share',
    },
  ]);
  assert.match(String(journal.kept[0]?.workId), /^100-[0-9a-f]{16}$/);
  assert.deepEqual(verifier.asked, [
    {
      header: verifier.asked[0]?.header,
      solution: sent.solution,
      lane: { group: '127.0.0.1', member: 1, urgent: false },
    },
  ]);
  assert.equal(encodeHex(verifier.asked[0]?.header.subarray(108) ?? new Uint8Array()), encodeHex(sent.nonce));
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'block_found' || kind === 'problem'),
    [],
  );
});

test('a hash equal to the target meets it, and a hash above is refused without a check of the proof', async (context) => {
  const { engine, verifier, journal, share } = await scriptedZcash(context);
  const hard = share({ slack: -1n });
  const low = {
    accepted: false,
    reason: 'low_difficulty',
    detail: 'the hash is above the target of its job',
    achieved: weightOfTarget(hard.target + 1n),
  };
  assert.deepEqual(await engine.judge(hard, FROM), low);
  assert.deepEqual(await engine.judge(hard, FROM), low, 'what is no share is no duplicate either');
  assert.deepEqual([verifier.asked.length, journal.kept.length], [0, 0]);
  // The same share counts for a connection whose target is a little easier.
  assert.equal((await engine.judge({ ...hard, target: hard.target + 1n }, FROM)).accepted, true);
});

test('a share that comes with two targets goes to the journal both times, which counts the smaller weight', async (context) => {
  const { engine, journal, verifier, share } = await scriptedZcash(context);
  const sent = share({ slack: 5n });
  const easier = { ...sent, target: sent.target + 1_000n };
  await engine.judge(sent, FROM);
  // The real journal knows the digest, and answers like this.
  journal.outcome = 'duplicate';
  assert.deepEqual(await engine.judge(easier, FROM), DUPLICATE);
  assert.deepEqual(
    journal.kept.map(({ shareTarget }) => shareTarget),
    [sent.target, easier.target],
  );
  // The second is proven too, since the proof of the first may fail.
  assert.equal(verifier.asked.length, 2);
  // The claim of the first share stands.
  assert.deepEqual(await engine.judge(sent, FROM), DUPLICATE);
  verifier.verdict = async () => 'index_order' as const;
  assert.equal((await engine.judge({ ...sent, target: sent.target + 2n }, FROM)).accepted, false);
  assert.deepEqual(await engine.judge(sent, FROM), DUPLICATE);
  assert.equal(journal.kept.length, 2);
});

test('a share for an unknown job is refused as job_not_found', async (context) => {
  const { engine, share } = await scriptedZcash(context);
  const sent = share();
  for (const jobSequence of [0, sent.jobSequence + 1])
    assert.deepEqual(await engine.judge({ ...sent, jobSequence }, FROM), {
      accepted: false,
      reason: 'job_not_found',
    });
});

test('a share is a duplicate from the moment when the check of its proof begins', async (context) => {
  const { engine, verifier, journal, share } = await scriptedZcash(context);
  const proof = Promise.withResolvers<'valid'>();
  verifier.verdict = () => proof.promise;
  const sent = share();
  const first = engine.judge(sent, FROM);
  assert.deepEqual(await engine.judge(sent, { ...FROM, connection: 2 }), DUPLICATE);
  proof.resolve('valid');
  assert.equal((await first).accepted, true);
  assert.deepEqual(await engine.judge(sent, FROM), DUPLICATE);
  assert.equal(journal.kept.length, 1);
});

test('a share that the journal holds from an earlier process is a duplicate, by its block hash', async (context) => {
  const { engine, journal, share, hashOf, next } = await scriptedZcash(context);
  const asked: unknown[] = [];
  let held: readonly Uint8Array[] = [];
  const read = Promise.withResolvers<void>();
  journal.digestsOf = async (...question: unknown[]) => {
    asked.push(question);
    await read.promise;
    return held;
  };
  await next({ parent: 2, height: 101 });
  const [old, fresh] = [share(), share()];
  held = [hashOf(old)];
  // The share is claimed before the journal has answered, so only `isNew` finds it.
  const verdicts = Promise.all([engine.judge(old, FROM), engine.judge(fresh, FROM)]);
  read.resolve();
  assert.deepEqual(
    (await verdicts).map((verdict) => verdict.accepted || verdict.reason),
    ['duplicate_share', true],
  );
  assert.deepEqual(asked, [[CHAIN.name, '02'.repeat(32)]]);
  assert.equal(journal.kept.length, 1);
});

test('a share that the journal calls a duplicate is one, and stays one', async (context) => {
  const { engine, journal, share } = await scriptedZcash(context);
  journal.append = async () => 'duplicate';
  const sent = share();
  assert.deepEqual(await engine.judge(sent, FROM), DUPLICATE);
  journal.append = async () => 'kept';
  assert.deepEqual(await engine.judge(sent, FROM), DUPLICATE);
});

test('a share that the journal could not keep is refused, and may be sent again', async (context) => {
  const { engine, journal, share, of } = await scriptedZcash(context);
  journal.append = () => Promise.reject(new Error('the disk is full'));
  const sent = share();
  assert.deepEqual(await engine.judge(sent, FROM), { accepted: false, reason: 'not_recorded' });
  // The journal reports its troubles itself.
  assert.deepEqual(of('problem'), []);
  journal.append = async () => 'kept';
  assert.equal((await engine.judge(sent, FROM)).accepted, true);
});

test('each fault of a proof is named, and the right proof of the same work is accepted after it', async (context) => {
  const { engine, verifier, journal, share } = await scriptedZcash(context);
  const sent = share();
  for (const [fault, detail] of [
    ['wrong_length', 'it has the wrong length'],
    ['index_order', 'its indices are not in canonical order'],
    ['duplicate_index', 'an index appears twice'],
    ['collision', 'the hashes of two branches do not collide'],
    ['nonzero_root', 'the hashes do not cancel out'],
  ] as const) {
    verifier.verdict = () => fault;
    assert.deepEqual(await engine.judge(sent, FROM), { accepted: false, reason: 'invalid_solution', detail });
  }
  assert.deepEqual(journal.kept, []);
  verifier.verdict = () => 'valid';
  assert.equal((await engine.judge(sent, FROM)).accepted, true);
});

test('a verifier that is busy or broken credits nothing, and the share may be sent again', async (context) => {
  const { engine, verifier, share, of } = await scriptedZcash(context);
  const sent = share();
  verifier.verdict = () => Promise.reject(new AditError('ADIT_VERIFIER_BUSY', 'the queue is full'));
  assert.deepEqual(await engine.judge(sent, FROM), { accepted: false, reason: 'overloaded' });
  assert.deepEqual(of('problem'), []);
  verifier.verdict = () => Promise.reject(new AditError('ADIT_VERIFIER_CLOSED', 'the threads ended'));
  assert.deepEqual(await engine.judge(sent, FROM), { accepted: false, reason: 'not_recorded' });
  assert.deepEqual(of('problem'), [
    {
      kind: 'problem',
      cause: 'share_not_judged',
      code: 'ADIT_VERIFIER_CLOSED',
      detail: 'the threads ended',
    },
  ]);
  verifier.verdict = () => 'valid';
  assert.equal((await engine.judge(sent, FROM)).accepted, true);
});

test('a block is reported, handed to the node and credited as a block, ahead of all shares', async (context) => {
  const { engine, node, verifier, journal, share, hashOf, of, clock } = await scriptedZcash(context);
  clock.now += 77;
  const block = share({ block: true, slack: 1n });
  assert.equal((await engine.judge(block, FROM)).accepted, true);
  const id = encodeHex(hashOf(block).toReversed());
  assert.deepEqual(of('block_found'), [
    { kind: 'block_found', chain: 'zec', what: 'block', height: 100, id, worker: 'alice.rig' },
  ]);
  assert.equal(journal.kept[0]?.outcome, 'block');
  assert.equal(verifier.asked[0]?.lane.urgent, true);
  assert.equal(node.submitted.length, 1);
});

test('a block with a wrong proof is not a block', async (context) => {
  const { engine, node, verifier, share, of } = await scriptedZcash(context);
  verifier.verdict = () => 'collision';
  const verdict = await engine.judge(share({ block: true }), FROM);
  assert.deepEqual([verdict.accepted, of('block_found'), node.submitted], [false, [], []]);
});

test('a share for the former tip is stale, but a block for it goes to the node', async (context) => {
  const { engine, node, verifier, journal, share, next } = await scriptedZcash(context);
  const [late, block] = [share(), share({ block: true })];
  await next({ parent: 2, height: 101 });
  const stale = { accepted: false, reason: 'stale_job', detail: 'the chain has moved on' };
  assert.deepEqual(await engine.judge(late, FROM), stale);
  assert.equal(verifier.asked.length, 0, 'its proof would change nothing');
  assert.deepEqual(await engine.judge(block, FROM), stale);
  assert.deepEqual([node.submitted.length, journal.kept.length], [1, 0]);
  assert.deepEqual(await engine.judge(block, FROM), stale, 'what is not credited is no duplicate');
});

test('a header time is allowed from the node’s minimum to a minute ahead of the clock', async (context) => {
  const { engine, clock, share } = await scriptedZcash(context);
  const verdictAt = async (time: number) => {
    const verdict = await engine.judge(share({ time }), FROM);
    return verdict.accepted || `${verdict.reason}: ${verdict.detail}`;
  };
  const least = NOON - 100;
  assert.equal(await verdictAt(least - 1), `bad_time: it must be at least ${least}`);
  assert.equal(await verdictAt(least), true);
  clock.now += 999; // A second counts only when it is over.
  assert.equal(await verdictAt(NOON + 60), true);
  assert.equal(await verdictAt(NOON + 61), `bad_time: it must be at most ${NOON + 60}`);
  clock.now += 2_000_000;
  // The node's own limit holds at any time.
  assert.equal(await verdictAt(NOON + 1_000), true);
  assert.equal(await verdictAt(NOON + 1_001), `bad_time: it must be at most ${NOON + 1_000}`);
  // The time of the job is allowed even where the pool's clock is behind.
  clock.now -= 9_000_000;
  assert.equal(await verdictAt(NOON), true);
  assert.equal(await verdictAt(NOON + 1), `bad_time: it must be at most ${NOON}`);
});

test('a chain that pins the time accepts only the time of the job', async (context) => {
  const chain = { ...CHAIN, pinTime: true };
  const { engine, clock, share } = await scriptedZcash(context, { chain });
  clock.now += 30_000;
  for (const time of [NOON - 1, NOON + 1])
    assert.deepEqual(await engine.judge(share({ time }), FROM), {
      accepted: false,
      reason: 'bad_time',
      detail: 'this chain wants the time of the job',
    });
  assert.equal((await engine.judge(share({ time: NOON }), FROM)).accepted, true);
});

test('shares are known by another digest where a benchmark sets one', async (context) => {
  const digest = new Uint8Array(32).fill(5);
  const { engine, journal, share } = await scriptedZcash(context, { modules: { shareDigest: () => digest } });
  const target = MAX_TARGET_256;
  assert.equal((await engine.judge({ ...share(), target }, FROM)).accepted, true);
  assert.deepEqual(await engine.judge({ ...share(), target }, FROM), DUPLICATE);
  assert.deepEqual(journal.kept[0]?.digest, digest);
});

test('the grace begins at the new tip, on ports that grant it', async (context) => {
  const { engine, clock, share, next } = await scriptedZcash(context);
  engine.graceMs = 1_000;
  const shares = [1, 2, 3, 4].map(() => share());
  await next({ parent: 2, height: 101 });
  const judgeAt = async (ms: number, graceMs: number) => {
    const [sent] = shares.splice(0, 1);
    assert.ok(sent !== undefined);
    const start = clock.now;
    clock.now += ms;
    const verdict = await engine.judge(sent, { ...FROM, graceMs });
    clock.now = start;
    return verdict.accepted || verdict.reason;
  };
  assert.equal(await judgeAt(0, 1_000), true);
  assert.equal(await judgeAt(999, 1_000), true);
  assert.equal(await judgeAt(1_000, 1_000), 'stale_job');
  assert.equal(await judgeAt(0, 0), 'stale_job');
});

test('the duplicates of the former tip are forgotten after the grace, and not before', async (context) => {
  const { engine, clock, journal, share, next } = await scriptedZcash(context);
  engine.graceMs = 1_000;
  const from = { ...FROM, graceMs: 10_000 };
  const sent = share({ slack: MAX_TARGET_256 >> 1n });
  await next({ parent: 2, height: 101 });
  clock.now += 999;
  assert.equal((await engine.judge(sent, from)).accepted, true);
  await next({ parent: 3, height: 102 });
  assert.deepEqual(await engine.judge(sent, from), DUPLICATE);
  clock.now += 1;
  // Another tip closes groups: the grace of the first is over, and that of the second is not.
  await next({ parent: 4, height: 103 });
  assert.equal((await engine.judge(sent, from)).accepted, true);
  assert.equal(journal.kept.length, 2);
});
