import { EPOCH0_DATASET_HASH, epoch0Seeds, TrueHashDataset } from '@adit/pow';
import { AditError, encodeHex, equalBytes } from '@adit/primitives';
import { NodeError } from '@adit/rpc';
import { EPOCH_BLOCKS, epochOf, firstSeedBlock, lastSeedBlock, SEED_BYTES, SEED_COUNT } from './epoch.ts';
import type { TrueChainNode } from './node.ts';

/** A dataset and the seeds that rebuild it, which the miners ask for. */
export interface SeededDataset {
  readonly dataset: TrueHashDataset;
  /** SEED_COUNT * SEED_BYTES bytes. */
  readonly seeds: Uint8Array;
}

/** Which dataset is wanted, and who is asked for its seeds. */
export interface DatasetRequest {
  readonly node: TrueChainNode;
  /** The hash that the work names. */
  readonly seedHash: Uint8Array;
  /** Number of the block being mined; without it the node must give the seeds itself. */
  readonly number?: number | undefined;
  readonly tip9?: number | undefined;
  readonly buildDataset: (seeds: Uint8Array) => Promise<TrueHashDataset>;
  readonly signal?: AbortSignal;
}

/** Near a border the node may be on either side of it while we ask. */
const BORDER_BLOCKS = 12;

/**
 * The dataset that a work names. Whatever the source of the seeds, the dataset is rebuilt from them and its hash
 * compared: mining on a wrong one would waste everything.
 *
 * @throws AditError `ADIT_SEEDS_MISMATCH` when all the seeds that the node offers rebuild something else;
 *   `ADIT_SEEDS_UNAVAILABLE` when it offers none; and what JsonRpcClient.call throws
 */
export async function loadDataset(request: DatasetRequest): Promise<SeededDataset> {
  const { node, seedHash, buildDataset, signal } = request;
  // No seeds on the chain lead to epoch 0: it has constants, and artificial seeds that give the same.
  if (encodeHex(seedHash) === EPOCH0_DATASET_HASH) {
    return { dataset: TrueHashDataset.epoch0(), seeds: epoch0Seeds() };
  }
  let offered = 0;
  const matching = async (seeds: Uint8Array): Promise<SeededDataset | undefined> => {
    offered += 1;
    const dataset = await buildDataset(seeds);
    return equalBytes(dataset.hash, seedHash) ? { dataset, seeds } : undefined;
  };
  const given = await node.getDataset(signal);
  const fromNode = given === undefined ? undefined : await matching(given);
  if (fromNode !== undefined) return fromNode;
  for (const epoch of candidateEpochs(request)) {
    const seeds = await fetchSeeds(node, epoch, signal).catch(ifMissing);
    const fromHashes = seeds === undefined ? undefined : await matching(seeds);
    if (fromHashes !== undefined) return fromHashes;
  }
  throw offered > 0
    ? new AditError(
        'ADIT_SEEDS_MISMATCH',
        `the seeds of ${node.name} do not rebuild the dataset ${encodeHex(seedHash)} that its work names`,
      )
    : new NodeError('ADIT_SEEDS_UNAVAILABLE', node.name, `gives no seeds for ${encodeHex(seedHash)}`);
}

/** The seeds of an epoch from the hashes of its snail blocks. @param epoch at least 1 */
export async function fetchSeeds(
  node: TrueChainNode,
  epoch: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const hashes = await node.snailHashes(firstSeedBlock(epoch), SEED_COUNT, signal);
  const seeds = new Uint8Array(SEED_COUNT * SEED_BYTES);
  for (const [index, hash] of hashes.entries()) seeds.set(hash.subarray(0, SEED_BYTES), index * SEED_BYTES);
  return seeds;
}

/**
 * The epoch after that of block `number`, once its last seed block is buried `margin` deep, so that no
 * reorganisation changes it any more. `undefined` before, and where TIP9 says that it never comes.
 */
export function nextEpochToPrepare(number: number, margin: number, tip9?: number): number | undefined {
  const next = epochOf(number, tip9) + 1;
  const reached = epochOf(next * EPOCH_BLOCKS + 1, tip9) === next;
  return reached && number > lastSeedBlock(next) + margin ? next : undefined;
}

function candidateEpochs({ number, tip9 }: DatasetRequest): readonly number[] {
  if (number === undefined) return [];
  const near = [number, number - BORDER_BLOCKS, number + BORDER_BLOCKS];
  return [...new Set(near.map((item) => epochOf(Math.max(1, item), tip9)))].filter((epoch) => epoch >= 1);
}

function ifMissing(error: unknown): undefined {
  if (error instanceof AditError && error.code === 'ADIT_NO_SUCH_BLOCK') return undefined;
  throw error;
}
