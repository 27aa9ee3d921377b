import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockHalf, EPOCH0_DATASET_HASH, fruitHalf, TrueHashDataset, TrueHasher } from '@adit/pow';
import { decodeHex, encodeHex } from '@adit/primitives';
import { until } from '@adit/test-kit/until';
import { startTrueMiner, trueJob, trueScript } from './support/miners.ts';

const SEEDS = Uint8Array.from({ length: 163_840 }, (_, i) => (i * 7 + (i >> 9)) & 255);
const DATASET = TrueHashDataset.fromSeeds(SEEDS);
const HASH = encodeHex(DATASET.hash);
const ELSEWHERE = 'cd'.repeat(32);

function seedList(): string[] {
  return Array.from({ length: 10_240 }, (_, i) => encodeHex(SEEDS.subarray(16 * i, 16 * i + 16)));
}

/** A pool that sends a job with the dataset `wanted`, and answers mining.seedhash with these seeds and the hash `claimed`. */
const withDataset = (wanted: string, seeds: readonly string[], claimed: string) =>
  trueScript((method, _params, visit) => {
    if (method === 'mining.authorize') setImmediate(() => trueJob(visit, '0000000a0000', wanted));
    return method === 'mining.seedhash' ? { result: [seeds, claimed] } : undefined;
  });

test('the miner mines epoch 0 without asking for seeds, and every share has the nonce1 and meets the target', async (context) => {
  const { pool } = await startTrueMiner(context, withDataset(EPOCH0_DATASET_HASH, [], ''));
  await until('shares', () => pool.visits.length > 0 && pool.visit.shares.length >= 3);
  const hasher = new TrueHasher(TrueHashDataset.epoch0());
  const target = (1n << 120n) - 1n;
  for (const [worker, job, text] of pool.visit.shares) {
    assert.deepEqual([worker, job], ['alice.cpu', '0000000a0000']);
    const nonce = BigInt(String(text));
    assert.equal(nonce >> 48n, 0x8000n);
    const digest = hasher.hash(decodeHex('ab'.repeat(32), 32, 'header'), nonce);
    assert.ok(blockHalf(digest) < target || fruitHalf(digest) < target);
  }
  assert.ok(!pool.visit.messages.some(({ method }) => method === 'mining.seedhash'));
});

test('the miner asks once for the seeds of another dataset, rebuilds and checks it, and mines with it', async (context) => {
  const { pool, events } = await startTrueMiner(context, withDataset(HASH, seedList(), HASH));
  await until('shares', () => pool.visits.length > 0 && pool.visit.shares.length >= 2);
  const hasher = new TrueHasher(DATASET);
  for (const [, , text] of pool.visit.shares) {
    const digest = hasher.hash(decodeHex('ab'.repeat(32), 32, 'header'), BigInt(String(text)));
    assert.ok(blockHalf(digest) < 1n << 120n || fruitHalf(digest) < 1n << 120n);
  }
  assert.deepEqual(
    events.flatMap((event) => (event.kind === 'dataset' ? [[event.state, event.hash]] : [])),
    [
      ['asked', HASH],
      ['ready', HASH],
    ],
  );
});

test('after a loss the miner sends the session id that the pool gave it', async (context) => {
  const { pool } = await startTrueMiner(
    context,
    trueScript((method, _params, visit) => {
      if (method === 'mining.authorize')
        setImmediate(() => trueJob(visit, '0000000a0000', EPOCH0_DATASET_HASH));
      if (method !== 'mining.subscribe') return undefined;
      return { result: [['mining.notify', 'session-1', 'TrueStratum/1.0.0'], '8000', 6] };
    }),
  );
  await until('shares', () => pool.visits.length === 1 && pool.visit.shares.length > 0);
  pool.visit.drop();
  await until('it is back and mines', () => pool.visits.length === 2 && pool.visit.shares.length > 0);
  const [first, second] = pool.visits.map(({ messages }) => messages[0]?.params);
  assert.deepEqual(first, ['test-miner', 'TrueStratum/1.0.0']);
  assert.deepEqual(second, ['test-miner', 'TrueStratum/1.0.0', 'session-1']);
});

test('the miner leaves a pool with wrong seeds, for longer than after a lost connection, and sends no share', async (context) => {
  // The pool claims that they are the wanted seeds.
  const { pool, events } = await startTrueMiner(context, withDataset(ELSEWHERE, seedList(), ELSEWHERE));
  await until('it leaves', () => events.some(({ kind }) => kind === 'lost'));
  await until('the connection is closed', () => pool.visit.closed);
  assert.ok(events.some((event) => event.kind === 'dataset' && event.state === 'wrong'));
  const lost = events.find((event) => event.kind === 'lost');
  assert.ok(lost?.kind === 'lost' && lost.cause === 'wrong_seeds' && lost.pauseMs >= 30_000);
  assert.deepEqual(pool.visit.shares, []);
});

test('the miner leaves a pool whose seeds are not well formed', async (context) => {
  for (const seeds of [[], seedList().slice(1), seedList().fill('zz', 3, 4)]) {
    const { pool, events } = await startTrueMiner(context, withDataset(HASH, seeds, HASH));
    await until('it leaves', () => events.some(({ kind }) => kind === 'lost'));
    assert.ok(events.some((event) => event.kind === 'lost' && event.cause === 'bad_answer'));
    assert.deepEqual(pool.visits[0]?.shares, []);
  }
});

test('the miner leaves a pool that sends jobs, but no seeds for a minute', async (context) => {
  let now = 0;
  const { pool, events } = await startTrueMiner(
    context,
    trueScript((method, _params, visit) => {
      if (method === 'mining.authorize') setImmediate(() => trueJob(visit, '0000000a0000', HASH));
      return method === 'mining.seedhash' ? 'silence' : undefined;
    }),
    { now: () => now },
  );
  await until('it asks', () => events.some(({ kind }) => kind === 'dataset'));
  now = 50_000;
  trueJob(pool.visit, '0000000b0000', HASH);
  await until('the job is read', () => events.filter(({ kind }) => kind === 'job').length === 2);
  assert.equal(pool.visit.closed, false);
  now = 61_000;
  trueJob(pool.visit, '0000000c0000', HASH);
  await until('it leaves', () => events.some((event) => event.kind === 'lost' && event.cause === 'no_seeds'));
  assert.deepEqual(pool.visits[0]?.shares, []);
});

test('the miner does not mine the old job while the dataset of the new one is missing', async (context) => {
  const { pool, events } = await startTrueMiner(
    context,
    trueScript((method, _params, visit) => {
      if (method === 'mining.authorize')
        setImmediate(() => trueJob(visit, '0000000a0000', EPOCH0_DATASET_HASH));
      return method === 'mining.seedhash' ? 'silence' : undefined;
    }),
  );
  await until('shares', () => pool.visits.length > 0 && pool.visit.shares.length > 0);
  trueJob(pool.visit, '0000000b0000', HASH, false);
  await until('it asks', () => events.some(({ kind }) => kind === 'dataset'));
  pool.visit.ask('one');
  await until('an answer', () => pool.visit.answered('one'));
  const sent = pool.visit.shares.length;
  pool.visit.ask('two');
  await until('an answer', () => pool.visit.answered('two'));
  assert.equal(pool.visit.shares.length, sent);
  trueJob(pool.visit, '0000000c0000', EPOCH0_DATASET_HASH);
  await until('it goes on', () => pool.visit.shares.length > sent);
  assert.equal(pool.visit.shares[sent]?.[1], '0000000c0000');
});
