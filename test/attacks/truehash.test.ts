import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockHalf, EPOCH0_DATASET_HASH, fruitHalf, TrueHashDataset, TrueHasher } from '@adit/pow';
import { decodeHex, encodeHex } from '@adit/primitives';
import { codeOf, textOf } from '@adit/test-kit/line-client';
import { TrueRig } from '@adit/test-kit/true-rig';
import { until } from '@adit/test-kit/until';
import { trueScene, trueShare } from './setup.ts';

/** There is something to mine again soon after a block. */
const MOVING = { fastBlockSeconds: 0.2, minimumFruits: 1 };

/** Its own range is `nonce1` and 40 bits: these are outside of it. */
function outside(rig: TrueRig, from: bigint): bigint {
  const first = BigInt(`0x${encodeHex(rig.nonce1)}`);
  return (((first + 1n + from) % (1n << 24n)) << 40n) | (1n << 39n) | from;
}

test('T11: what was mined with the dataset of another epoch is no share, on either side of the border', async (context) => {
  const scene = await trueScene(context, {
    devnetOptions: { startNumber: 11_999, minimumFruits: 1, fastBlockSeconds: 0.2 },
  });
  const rig = await TrueRig.connect(scene.portOf('truechain'));
  const old = await rig.job();
  assert.equal(old[1], EPOCH0_DATASET_HASH);
  scene.devnet.mineBlock();
  await until('the new epoch', () => rig.client.last('mining.notify')?.[1] !== EPOCH0_DATASET_HASH);
  const job = await rig.job();
  assert.equal(await rig.fetchDataset(job), job[1]);
  const { target } = rig;
  const { result } = await rig.client.request('mining.seedhash', [rig.worker, job[0]]);
  const [seeds] = result as [string[], string];
  const hashers = {
    old: new TrueHasher(TrueHashDataset.epoch0()),
    new: new TrueHasher(TrueHashDataset.fromSeeds(decodeHex(seeds.join(''), 10_240 * 16, 'seeds'))),
  };
  const isShare = (hasher: TrueHasher, header: unknown, nonce: bigint) => {
    const digest = hasher.hash(decodeHex(header, 32, 'header'), nonce);
    return blockHalf(digest) <= target || fruitHalf(digest) <= target;
  };
  // With its seedhash and with the other one: only the dataset that the job names counts.
  let tried = 0;
  for (let nonce = outside(rig, 0n); tried < 5; nonce += 1n) {
    if (!isShare(hashers.old, job[2], nonce) || isShare(hashers.new, job[2], nonce)) continue;
    tried += 1;
    assert.equal(codeOf(await rig.submit([String(job[0]), nonce.toString()])), 23);
  }
  // The old job is still known. What the new dataset makes of its header is worth nothing.
  for (let nonce = outside(rig, 1n), more = 0; more < 5; nonce += 1n) {
    if (!isShare(hashers.new, old[2], nonce) || isShare(hashers.old, old[2], nonce)) continue;
    more += 1;
    const answer = await rig.submit([String(old[0]), nonce.toString()]);
    assert.ok([23, 21].includes(Number(codeOf(answer))), textOf(answer));
  }
  assert.deepEqual(scene.shares(), []);
  assert.equal((await rig.submit(await trueShare(rig, job))).result, true);
});

test('T11: the half for blocks makes no fruit, and the half for fruits no block', async (context) => {
  // Shares are twice as easy as fruits on either half: what is neither is still a share.
  const scene = await trueScene(context, {
    devnetOptions: { difficulty: 64n, fruitDifficulty: 16n },
    port: { startWeight: 4n, minWeight: 4n },
  });
  const { devnet, events } = scene;
  const rig = await TrueRig.connect(scene.portOf('truechain'));
  const fruitTarget = (1n << 128n) / 16n;
  const blockTarget = (1n << 128n) / 64n;
  const job = await rig.job();
  assert.equal(rig.target, 2n * fruitTarget);
  const kinds: [string, 'share' | 'fruit', (block: bigint, fruit: bigint, target: bigint) => boolean][] = [
    [
      'a block half that only a fruit would need',
      'share',
      (b, f) => b > blockTarget && b <= fruitTarget && f > fruitTarget,
    ],
    ['a fruit half that a block would need', 'fruit', (b, f) => f <= blockTarget && b > blockTarget],
    [
      'neither',
      'share',
      (b, f, target) => b > fruitTarget && f > fruitTarget && (b <= target || f <= target),
    ],
  ];
  for (const [what, outcome, accept] of kinds) {
    const [, nonce] = await rig.solve(accept, job);
    const answer = await rig.submit([String(job[0]), nonce]);
    assert.equal(answer.result, true, `${what}: ${textOf(answer)}`);
    assert.equal(scene.shares().at(-1)?.outcome, outcome, what);
  }
  assert.equal(devnet.acceptedBlocks, 0);
  const found = events.flatMap((event) => (event.kind === 'block_found' ? [event.what] : []));
  assert.deepEqual(found, ['fruit']);
  // All are paid alike: what the share target says.
  assert.equal(new Set(scene.shares().map(({ weight }) => weight)).size, 1);
});

test('T11: the miner has no say about the digest: what it sends beside the nonce is passed over', async (context) => {
  const scene = await trueScene(context, { devnetOptions: { difficulty: 64n, fruitDifficulty: 16n } });
  const rig = await TrueRig.connect(scene.portOf('truechain'));
  const job = await rig.job();
  const [id, low] = await rig.solve((block, fruit, target) => block > target && fruit > target, job);
  for (const forged of [`0x${'00'.repeat(32)}`, '00'.repeat(32), job[2], 0, { mixDigest: '00'.repeat(32) }]) {
    const answer = await rig.client.request('mining.submit', [rig.worker, id, low, forged, forged, forged]);
    assert.deepEqual([answer.result, codeOf(answer)], [false, 23]);
  }
  assert.deepEqual(scene.shares(), []);
  assert.ok(!scene.events.some(({ kind }) => kind === 'block_found'));
});

test('T11: the header of a dropped template is stale, and nobody is paid for it under another id', async (context) => {
  let ahead = 0;
  const scene = await trueScene(context, {
    devnetOptions: MOVING,
    pool: { monotonic: () => performance.now() + ahead },
  });
  const rig = await TrueRig.connect(scene.portOf('truechain'));
  const old = await rig.job();
  const share = await trueShare(rig, old);
  // Shares for a header are taken for ten minutes after it came.
  ahead = 601_000;
  scene.devnet.mineBlock();
  await until('another header', () => rig.client.last('mining.notify')?.[2] !== old[2]);
  const answer = await rig.submit(share);
  assert.deepEqual(
    [answer.result, codeOf(answer), textOf(answer)],
    [false, 21, 'Stale job: the header is too old'],
  );
  // Under the new id it is a nonce like any other: a share there with a chance of one in eight, then judged as that.
  const job = await rig.job();
  const hasher = new TrueHasher(TrueHashDataset.epoch0());
  const digest = hasher.hash(decodeHex(job[2], 32, 'header'), BigInt(share[1]));
  const target = rig.targetOf(job[0]);
  const isShare = blockHalf(digest) <= target || fruitHalf(digest) <= target;
  assert.equal(codeOf(await rig.submit([String(job[0]), share[1]])), isShare ? null : 23);
  assert.equal(scene.shares().length, isShare ? 1 : 0);
  assert.ok(scene.shares().every(({ workGroup }) => workGroup === job[2]));
});

test('T11: a header that was replaced a moment ago is still good, once', async (context) => {
  const scene = await trueScene(context, { devnetOptions: MOVING });
  const rig = await TrueRig.connect(scene.portOf('truechain'));
  const old = await rig.job();
  const share = await trueShare(rig, old);
  scene.devnet.mineBlock();
  await until('another header', () => rig.client.last('mining.notify')?.[2] !== old[2]);
  assert.equal((await rig.submit(share)).result, true);
  assert.equal(codeOf(await rig.submit(share)), 22);
  assert.equal(scene.shares().length, 1);
});

// A nonce outside the assigned range: foreign-nonces.test.ts.
