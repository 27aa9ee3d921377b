import { BLOCK_SCORE } from '../exact/score.ts';

/** Blocks that the shares of an account, a worker or the pool were expected to find, and those that they found. */
export interface LuckCounts {
  /** Expected blocks. */
  readonly lambda: number;
  /** Found and handed in, with orphans and with those that nodes refused: their finder did not withhold them. */
  readonly found: number;
}

/**
 * Expected blocks of a sum of scores. Luck is for people, so a float is good enough: it decides about no coin.
 * @param score sum of scores, from `scoreOf`
 */
export function expectedBlocks(score: bigint): number {
  // 2^-32 of a block is far finer than anything that is shown, and the rest fits a double.
  return Number(score >> 32n) / Number(BLOCK_SCORE >> 32n);
}

/** Found over expected: 1 on average. @returns undefined while nothing is expected */
export function luckOf({ lambda, found }: LuckCounts): number | undefined {
  return lambda > 0 ? found / lambda : undefined;
}
