import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeHex, hashValue, weightOfTarget } from '@adit/primitives';
import { codeOf, textOf } from '@adit/test-kit/line-client';
import { until } from '@adit/test-kit/until';
import type { RigShare, ZcashRig } from '@adit/test-kit/zcash-rig';
import fc from 'fast-check';
import { NETWORK, type ZcashScene, zcashScene } from './setup.ts';

const BOUNDS = { startWeight: 8n, minWeight: 4n, maxWeight: 64n };
/** A port's reading of `d=`: 16 hashes for a difficulty of 1. */
const weightOfDifficulty = (text: string) => BigInt(Math.trunc(Number(text) * 16));
const MAX = (1n << 256n) - 1n;

function hexOf(target: bigint): string {
  return target.toString(16).padStart(64, '0');
}

/** What is paid is what the job said, and no hash above its target is ever paid. */
function assertPaidAsSaid(scene: ZcashScene, rigs: readonly ZcashRig[], sent: readonly RigShare[]): void {
  const byDigest = new Map(sent.map((share) => [share.digest, share]));
  for (const { digest, weight, shareTarget, worker } of scene.shares()) {
    const share = byDigest.get(encodeHex(digest));
    const rig = rigs.find((candidate) => candidate.worker === worker);
    assert.ok(share && rig, 'nobody sent that');
    const target = rig.targetOf(share.jobId);
    assert.equal(shareTarget, target);
    assert.equal(weight, weightOfTarget(target));
    assert.ok(hashValue(digest) <= target);
  }
}

test('T08: no password makes a share easier than the port allows', async (context) => {
  const scene = await zcashScene(context, { port: { ...BOUNDS, weightOfDifficulty } });
  const wanted: [string, bigint][] = [
    ...[
      'd=0',
      'd=0.000000000',
      'd=-1',
      'd=-0',
      'd=NaN',
      'd=Infinity',
      'd=1e-300',
      'd=1e300',
      'd=0x1',
      'd=',
      'd=.5',
      'd=1,d=2',
      // 2^53 + 1, and one digit behind the point too many.
      'd=9007199254740993',
      'd=1.0000000001',
      'd=٤',
      'D=1',
      'd =1',
      'd=null',
      `d=${'9'.repeat(400)}`,
    ].map((password): [string, bigint] => [password, 8n]),
    // Taken, and brought within the bounds.
    ['d=0.000000001', 4n],
    ['d=0.01', 4n],
    ['d=1', 16n],
    ['d=999999999999999', 64n],
  ];
  const rigs = await Promise.all(wanted.map(([password], i) => scene.rig(`miner${i}`, { password })));
  // One job for all whose target changed; the others get none.
  const wrong = () =>
    rigs.flatMap((rig, i) => (weightOfTarget(rig.target) === wanted[i]?.[1] ? [] : [wanted[i]?.[0]]));
  await until('every target is the one that was asked for', () => wrong().length === 0).catch(() =>
    assert.deepEqual(wrong(), []),
  );
  await until('and its job is there', () =>
    rigs.every((rig) => rig.targetOf(rig.client.last('mining.notify')?.[0]) === rig.target),
  );
  const sent: RigShare[] = [];
  // These jobs keep their targets; of later ones the target falls where no share comes for some seconds.
  const jobs = rigs.map((rig) => [rig, rig.client.last('mining.notify'), rig.target] as const);
  for (const [rig, job, target] of jobs) {
    const share = await rig.solve((value) => value <= target && value > NETWORK, job);
    sent.push(share);
    assert.equal((await rig.submit(share)).result, true);
    const low = await rig.solve((value) => value > target, job);
    assert.equal(codeOf(await rig.submit(low)), 23);
  }
  assert.deepEqual(
    scene.shares().map(({ weight }) => weight),
    wanted.map(([, weight]) => weight),
  );
  assertPaidAsSaid(scene, rigs, sent);
});

test('T08: no suggestion does either, whatever it is', async (context) => {
  const scene = await zcashScene(context, { port: BOUNDS });
  const junk: unknown[] = [
    'ff'.repeat(31),
    'ff'.repeat(33),
    `0x${'ff'.repeat(31)}`,
    'zz'.repeat(32),
    '-1',
    'Infinity',
    'NaN',
    1e308,
    -1,
    0,
    null,
    true,
    [],
    {},
    ['ff'.repeat(32)],
  ];
  const rig = await scene.rig();
  for (const value of junk) {
    const { error } = await rig.client.request('mining.suggest_target', [value]);
    assert.equal(codeOf({ error }), 20, JSON.stringify(value));
  }
  for (const method of ['mining.suggest_difficulty', 'mining.set_target', 'mining.set_difficulty'])
    assert.equal(codeOf(await rig.client.request(method, [1e-300])), 20, method);
  assert.equal(weightOfTarget(rig.target), 8n);
  const wanted = [
    [0n, 64n],
    [1n, 64n],
    [MAX, 4n],
    [MAX >> 1n, 4n],
    // Of a weight of 16: within the bounds it is taken as it is.
    [MAX >> 4n, 16n],
  ] as const;
  const miners = await Promise.all(wanted.map((_, i) => scene.rig(`suggests${i}`)));
  for (const [i, miner] of miners.entries()) {
    const text = hexOf(wanted[i]?.[0] ?? 0n);
    assert.equal((await miner.client.request('mining.suggest_target', [text])).result, true);
  }
  await until('a job for each', () => miners.every(({ client }) => client.count('mining.notify') === 2));
  assert.deepEqual(
    miners.map(({ target }) => weightOfTarget(target)),
    wanted.map(([, weight]) => weight),
  );
});

test('T08: suggestions one after the other do not keep the pool busy', async (context) => {
  const scene = await zcashScene(context, { port: BOUNDS });
  const rig = await scene.rig();
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, i) =>
      rig.client.request('mining.suggest_target', [hexOf(i % 2 === 0 ? 0n : MAX)]),
    ),
  );
  assert.ok(answers.every(({ result }) => result === true));
  const changes = scene.events.filter(({ kind }) => kind === 'target_changed');
  assert.ok(changes.length <= 4, `${changes.length} changes`);
  assert.ok(rig.client.count('mining.notify') <= 3);
});

test('T08: just above the target is above it', async (context) => {
  const scene = await zcashScene(context, { port: { startWeight: 2n, minWeight: 2n } });
  const rig = await scene.rig();
  const { target } = rig;
  assert.equal(weightOfTarget(target), 2n);
  // Within a hundredth: pools that allow for rounding pay these in full.
  const above = await rig.solve((value) => value > target && value <= target + target / 100n);
  assert.equal(codeOf(await rig.submit(above)), 23);
  const below = await rig.solve((value) => value <= target && value >= target - target / 100n);
  assert.equal((await rig.submit(below)).result, true);
  assert.deepEqual(scene.paid(), [below.digest]);
});

test('T08: a target that changes has a work of its own: no hash of another work is worth anything there', async (context) => {
  const scene = await zcashScene(context, { port: { startWeight: 64n, minWeight: 2n, maxWeight: 64n } });
  const rig = await scene.rig();
  const hardJob = await rig.job();
  const hard = rig.target;
  const easyOnly = await rig.solve((value) => value > hard && value <= MAX >> 1n, hardJob);
  // In one packet: the easier target is not there yet for the share behind it.
  const [suggested, refused] = await Promise.all([
    rig.client.request('mining.suggest_target', [hexOf(MAX >> 1n)]),
    rig.submit(easyOnly),
  ]);
  assert.equal(suggested.result, true);
  assert.equal(codeOf(refused), 23);
  await until('the easier job', () => rig.client.last('mining.notify')?.[0] !== hardJob[0]);
  const easyJob = await rig.job();
  const easy = rig.target;
  assert.equal(weightOfTarget(easy), 2n);
  // Who passes over others must not mine the old work at the new target.
  assert.equal(easyJob[7], true);
  assert.notDeepEqual(easyJob.slice(1, 7), hardJob.slice(1, 7), 'it is another header');
  // What was hashed for the hard work stays worth what it was, and is nothing under the other id.
  assert.equal(codeOf(await rig.submit(easyOnly)), 23);
  const moved = await rig.submit(easyOnly, { jobId: String(easyJob[0]) });
  assert.ok(codeOf(moved) !== null, textOf(moved));
  const good = await rig.solve((value) => value <= hard && value > NETWORK, hardJob);
  assert.equal((await rig.submit(good)).result, true);
  // Up again, in one packet with a share of the easy work, which is paid as what it was.
  const last = await rig.solve((value) => value > hard && value <= easy, easyJob);
  const [, accepted] = await Promise.all([
    rig.client.request('mining.suggest_target', [hexOf(hard)]),
    rig.submit(last),
  ]);
  assert.equal(accepted.result, true);
  await until(
    'the hard job',
    () => rig.target === hard && rig.client.last('mining.notify')?.[0] !== easyJob[0],
  );
  const tooEasy = await rig.solve((value) => value > hard && value <= MAX >> 1n, await rig.job());
  assert.equal(codeOf(await rig.submit(tooEasy)), 23);
  assert.deepEqual(
    scene.shares().map(({ weight }) => weight),
    [64n, 2n],
  );
});

test('T08: where the node alone makes work, a wish waits until a whole tip has passed', async (context) => {
  const scene = await zcashScene(context, {
    port: { startWeight: 64n, minWeight: 2n, maxWeight: 64n },
    // Without a proof that the node takes another text, its coinbase stays as it is.
    chain: { refreshMs: 1, proposeFirst: false, atOnceMs: 0 },
  });
  const rig = await scene.rig();
  const hardJob = await rig.job();
  const hard = rig.target;
  assert.equal((await rig.client.request('mining.suggest_target', [hexOf(MAX >> 1n)])).result, true);
  const easyOnly = await rig.solve((value) => value > hard && value <= MAX >> 1n, hardJob);
  assert.equal(codeOf(await rig.submit(easyOnly)), 23);
  assert.equal(rig.client.last('mining.notify')?.[0], hardJob[0], 'the same header gets no other id');
  assert.equal(rig.target, hard, 'and the target is not told before its work');
  scene.devnet.mineBlock();
  await until('the next tip', () => rig.client.last('mining.notify')?.[0] !== hardJob[0]);
  assert.equal(rig.target, hard, 'its first works could be foreseen');
  scene.devnet.mineBlock();
  await until('the tip after it', () => rig.target !== hard);
  const easyJob = await rig.job();
  assert.deepEqual([weightOfTarget(rig.target), easyJob[7]], [2n, true]);
  const share = await rig.solve((value, target) => value > hard && value <= target, easyJob);
  assert.equal((await rig.submit(share)).result, true);
});

test('T08: property: whatever the order of changes, jobs and shares, each share is judged and paid by its own job', async (context) => {
  const scene = await zcashScene(context, {
    port: { startWeight: 8n, minWeight: 8n, maxWeight: 8n },
    chain: { refreshMs: 1 },
  });
  const rigs = [await scene.rig('a'), await scene.rig('b')];
  const sent: RigShare[] = [];
  const seen = new Set<string>();
  const jobsOf = (rig: ZcashRig) =>
    rig.client.notifications.flatMap(({ method, params }) => (method === 'mining.notify' ? [params] : []));

  async function share(who: number, whichJob: number, sign: number): Promise<void> {
    const rig = rigs[who];
    const jobs = rig === undefined ? [] : jobsOf(rig);
    const job = jobs[jobs.length - 1 - (whichJob % jobs.length)];
    if (rig === undefined || job === undefined) return;
    const target = rig.targetOf(job[0]);
    const found = await rig.solve(
      (value) => value > NETWORK && (sign === 0 ? value <= target : value > target),
      job,
    );
    assert.ok(!seen.has(found.digest));
    seen.add(found.digest);
    sent.push(found);
    const answer = await rig.submit(found);
    assert.equal(codeOf(answer), sign === 0 ? null : 23, textOf(answer));
  }
  async function change(weight: bigint): Promise<void> {
    scene.reload({ startWeight: weight, minWeight: weight, maxWeight: weight });
  }
  async function newJob(): Promise<void> {
    const before = rigs.map((rig) => rig.client.count('mining.notify'));
    scene.devnet.refreshMempool();
    await until('a job', () => rigs.every((rig, i) => rig.client.count('mining.notify') > (before[i] ?? 0)));
  }

  const step = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.nat(1), fc.nat(5), fc.nat(1)).map((args) => () => share(...args)) },
    { weight: 2, arbitrary: fc.constantFrom(2n, 4n, 16n, 32n, 64n).map((weight) => () => change(weight)) },
    { weight: 1, arbitrary: fc.constant(newJob) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 20 }), async (steps) => {
      for (const take of steps) await take();
    }),
    { numRuns: 6 },
  );
  assertPaidAsSaid(scene, rigs, sent);
  assert.ok(new Set(scene.shares().map(({ weight }) => weight)).size > 1, 'the target never changed');
});

test('T09: a share is paid by the target of its job, however good it is', async (context) => {
  const scene = await zcashScene(context, { port: { startWeight: 2n, minWeight: 2n } });
  const rig = await scene.rig();
  const lucky = await rig.solve((value, target) => value <= target / 64n && value > NETWORK);
  const block = await rig.solve((value) => value <= NETWORK);
  for (const share of [lucky, block]) assert.equal((await rig.submit(share)).result, true);
  await until('the block is in', () => scene.devnet.acceptedBlocks === 1);
  assert.deepEqual(
    scene.shares().map(({ weight, outcome }) => [weight, outcome]),
    [
      [2n, 'share'],
      [2n, 'block'],
    ],
  );
});

test('T09: where the network is easier than the miner, its target is the share target, and what is paid', async (context) => {
  const scene = await zcashScene(context, { port: { startWeight: 1n << 40n, minWeight: 1n << 40n } });
  const rig = await scene.rig();
  assert.equal(rig.target, NETWORK);
  const block = await rig.solve((value) => value <= NETWORK);
  assert.equal((await rig.submit(block)).result, true);
  assert.deepEqual(
    scene.shares().map(({ weight }) => weight),
    [weightOfTarget(NETWORK)],
  );
});
