import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DevnetRpcServer, RpcFault } from '@adit/devnet';
import { EPOCH0_DATASET_HASH, epoch0Seeds, TrueHashDataset } from '@adit/pow';
import { decodeHex, encodeHex } from '@adit/primitives';
import { loadDataset, SEED_BYTES, SEED_COUNT, TIP9_NUMBERS, TrueChainNode } from '../../src/index.ts';
import { readVectors, skipWithoutVectors } from './vectors.ts';

/** A node of which the test uses only the calls for seeds. */
const chain = {
  dataset: undefined as Uint8Array | undefined,
  /** First 16 bytes of the hash of each block. */
  seedOf: (_number: number): Uint8Array | undefined => undefined,
  asked: [] as number[],
};
const server = new DevnetRpcServer({}, (method, params) => {
  if (method === 'etrue_getDataset') {
    if (chain.dataset === undefined) throw new RpcFault(-32000, 'no dataset');
    return seedList(chain.dataset);
  }
  const number = Number(params[0]);
  chain.asked.push(number);
  const seed = chain.seedOf(number);
  return seed === undefined ? '' : `0x${encodeHex(seed)}${'ee'.repeat(16)}`;
});
let node: TrueChainNode;
before(async () => {
  await server.start();
  node = new TrueChainNode({ url: server.url });
});
after(async () => {
  node.close();
  await server.close();
});

const buildDataset = async (seeds: Uint8Array): Promise<TrueHashDataset> => TrueHashDataset.fromSeeds(seeds);

function seedList(seeds: Uint8Array): string[] {
  return Array.from(
    { length: SEED_COUNT },
    (_, index) => `0x${encodeHex(seeds.subarray(index * SEED_BYTES, (index + 1) * SEED_BYTES))}`,
  );
}

/** A chain whose blocks give the seeds of vectors A for epoch 1; `first` is the block of seed 0. */
function chainOf(seeds: Uint8Array, first: number) {
  return (number: number): Uint8Array | undefined => {
    const index = number - first;
    return index < 0 || index >= SEED_COUNT
      ? new Uint8Array(16)
      : seeds.slice(index * SEED_BYTES, (index + 1) * SEED_BYTES);
  };
}

interface DatasetA {
  datasetHash: string;
  seedsHex: string;
}

test('epoch 0 needs no node: its artificial seeds rebuild it', async () => {
  chain.asked = [];
  const seedHash = decodeHex(EPOCH0_DATASET_HASH, 32);
  const loaded = await loadDataset({ node, seedHash, buildDataset });
  assert.equal(encodeHex(loaded.dataset.hash), EPOCH0_DATASET_HASH);
  assert.deepEqual((await buildDataset(loaded.seeds)).hash, seedHash);
  assert.deepEqual(loaded.seeds, epoch0Seeds());
  assert.deepEqual(chain.asked, []);
});

test('the node gives the seeds itself', { skip: skipWithoutVectors }, async () => {
  const vector = readVectors<DatasetA>('updated-dataset-A.json');
  chain.dataset = decodeHex(vector.seedsHex);
  const seedHash = decodeHex(vector.datasetHash, 32);
  const loaded = await loadDataset({ node, seedHash, buildDataset });
  assert.equal(encodeHex(loaded.dataset.hash), vector.datasetHash);
  assert.equal(encodeHex(loaded.seeds), vector.seedsHex);
});

test('if the node gives no seeds, the hashes of snail blocks do, with the epoch frozen by TIP9', {
  skip: skipWithoutVectors,
}, async () => {
  const vector = readVectors<DatasetA>('updated-dataset-A.json');
  chain.dataset = undefined;
  const seedHash = decodeHex(vector.datasetHash, 32);
  const from = async (number: number, first: number, tip9?: number) => {
    chain.asked = [];
    chain.seedOf = chainOf(decodeHex(vector.seedsHex), first);
    const loaded = await loadDataset({ node, seedHash, buildDataset, number, tip9 });
    assert.equal(encodeHex(loaded.dataset.hash), vector.datasetHash);
    return [chain.asked[0], chain.asked.length];
  };
  assert.deepEqual(await from(12_001, 1), [1, SEED_COUNT]);
  assert.deepEqual(await from(24_000, 1), [1, SEED_COUNT]);
  assert.deepEqual(await from(150_000, 24_001, TIP9_NUMBERS.mainnet), [24_001, SEED_COUNT]);
  // The head crossed the border between the two calls, so both epochs are tried.
  assert.deepEqual(await from(24_001, 1), [12_001, 2 * SEED_COUNT]);
});

test('seeds that rebuild another dataset are a lie, and missing seeds are not', {
  skip: skipWithoutVectors,
}, async () => {
  const vector = readVectors<DatasetA>('updated-dataset-A.json');
  const seeds = decodeHex(vector.seedsHex);
  const seedHash = decodeHex(vector.datasetHash, 32);
  const attempt = (number?: number) => loadDataset({ node, seedHash, buildDataset, number });
  const wrong = seeds.slice();
  // Take a row in the middle: at the edges columns are cut off, and two offsets may give the same row.
  wrong[256 * SEED_BYTES] = (wrong[256 * SEED_BYTES] ?? 0) ^ 1;
  chain.dataset = wrong;
  await assert.rejects(attempt(), { code: 'ADIT_SEEDS_MISMATCH' });
  chain.dataset = undefined;
  chain.seedOf = chainOf(wrong, 1);
  await assert.rejects(attempt(12_001), { code: 'ADIT_SEEDS_MISMATCH' });
  chain.seedOf = (number) => (number < 5_000 ? new Uint8Array(16) : undefined);
  await assert.rejects(attempt(12_001), { code: 'ADIT_SEEDS_UNAVAILABLE' });
  await assert.rejects(attempt(), { code: 'ADIT_SEEDS_UNAVAILABLE' });
  // The number belongs to epoch 0, which has no seeds on the chain.
  await assert.rejects(attempt(11_000), { code: 'ADIT_SEEDS_UNAVAILABLE' });
});

test('a seed list of the wrong shape is refused', async () => {
  chain.dataset = undefined;
  const broken = new DevnetRpcServer({}, () => seedList(epoch0Seeds()).slice(1));
  await broken.start();
  const brokenNode = new TrueChainNode({ url: broken.url });
  await assert.rejects(brokenNode.getDataset(), { code: 'ADIT_BAD_FIELD', message: /10240/ });
  brokenNode.close();
  await broken.close();
});
