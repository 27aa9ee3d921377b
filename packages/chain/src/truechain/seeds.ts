import { EPOCH0_DATASET_HASH, epoch0Seeds, TrueHashDataset } from '@adit/pow';
import { AditError, encodeHex, equalBytes } from '@adit/primitives';
import { NodeError } from '@adit/rpc';
import { EPOCH_BLOCKS, epochOf, firstSeedBlock, lastSeedBlock, SEED_BYTES, SEED_COUNT } from './epoch.ts';
import type { TrueChainNode } from './node.ts';

/** A dataset and the seeds that rebuild it. Miners ask for the seeds. */
export interface SeededDataset {
  readonly dataset: TrueHashDataset;
  /** SEED_COUNT * SEED_BYTES bytes. */
  readonly seeds: Uint8Array;
}

/** A dataset that is wanted, and the node to ask for its seeds. */
export interface DatasetRequest {
  readonly node: TrueChainNode;
  /** The hash that the work names. */
  readonly seedHash: Uint8Array;
  /** Number of the block being mined. Without it the seeds can only come from the node's getDataset. */
  readonly number?: number | undefined;
  readonly tip9?: number | undefined;
  readonly buildDataset: (seeds: Uint8Array) => Promise<TrueHashDataset>;
  readonly signal?: AbortSignal;
}

/** Near the border of an epoch the node may be on either side of it while it is asked. */
const BORDER_BLOCKS = 12;

/**
 * Loads the dataset that a work names. It is rebuilt from the seeds and its hash is compared, wherever the seeds come
 * from: on a wrong dataset all work would be wasted.
 *
 * @throws AditError `ADIT_SEEDS_MISMATCH` if no seeds of the node rebuild the dataset; `ADIT_SEEDS_UNAVAILABLE` if
 *   the node offers none; and what JsonRpcClient.call throws
 */
export async function loadDataset(request: DatasetRequest): Promise<SeededDataset> {
  const { node, seedHash, buildDataset, signal } = request;
  // Epoch 0 has no seeds on the chain. It has constants, and artificial seeds that rebuild the same dataset.
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
 * The epoch after that of block `number`, once its last seed block is `margin` blocks deep, so that no reorganisation
 * changes it. `undefined` until then, and if TIP9 means that this epoch never begins.
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
