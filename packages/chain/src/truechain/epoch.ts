import { SEED_COUNT } from '@adit/pow';

export { SEED_BYTES, SEED_COUNT } from '@adit/pow';

/** Snail blocks that share a dataset. The first SEED_COUNT of them give the seeds of the next one. */
export const EPOCH_BLOCKS = 12_000;

/** The snail number at which each network froze its dataset: later blocks use the epoch of this number. */
export const TIP9_NUMBERS = { mainnet: 47_000, testnet: 38_648, devnet: 20, singlenode: 20 } as const;

/**
 * The epoch whose dataset a snail block is mined with: (number - 1) div 12000, so block 12000 still belongs to
 * epoch 0.
 * @param number of the block being mined, at least 1
 * @param tip9 the network's number of TIP9, if it has one
 */
export function epochOf(number: number, tip9?: number): number {
  return Math.floor((Math.min(number, tip9 ?? number) - 1) / EPOCH_BLOCKS);
}

/** The first of the SEED_COUNT consecutive blocks whose hashes seed an epoch. @param epoch at least 1 */
export function firstSeedBlock(epoch: number): number {
  return (epoch - 1) * EPOCH_BLOCKS + 1;
}

/** The last seed block of an epoch: 1760 blocks before the epoch begins. */
export function lastSeedBlock(epoch: number): number {
  return firstSeedBlock(epoch) + SEED_COUNT - 1;
}
