import { checkAmount, PPM, sumOf } from '../exact/amount.ts';

/** What a block of the network paid to its miner. */
export interface BlockIncome {
  readonly subsidy: bigint;
  /** The miner's part of the fees. */
  readonly fees: bigint;
}

/** Of a hundred blocks this many are left out at each end: a block full of somebody's mistake must not set the price. */
const OUTLIERS_PERCENT = 5;

/**
 * Fees over subsidies of recent blocks, in ppm, rounded down: what FPPS adds to its price. The five percent of blocks with the
 * highest fees and those with the lowest are left out, as Spiderpool does.
 * @param blocks all blocks of the network in the last day, in any order
 * @returns zero for no blocks, or if they paid no subsidy
 * @throws AditError `ADIT_BAD_AMOUNT` for a negative income
 */
export function feeRatioPpm(blocks: readonly BlockIncome[]): bigint {
  for (const { subsidy, fees } of blocks) {
    checkAmount(subsidy, 'a subsidy');
    checkAmount(fees, 'fees');
  }
  // Of equal fees the subsidy decides, so that the result does not depend on the order of the blocks.
  const sorted = blocks.toSorted((a, b) => order(a.fees, b.fees) || order(a.subsidy, b.subsidy));
  const outliers = Math.floor((sorted.length * OUTLIERS_PERCENT) / 100);
  const kept = sorted.slice(outliers, sorted.length - outliers);
  const subsidies = sumOf(kept.map(({ subsidy }) => subsidy));
  return subsidies === 0n ? 0n : (sumOf(kept.map(({ fees }) => fees)) * PPM) / subsidies;
}

/**
 * The miner's part of a block's fees on Zcash from NU7 on: six tenths, rounded down, are removed (the network sustainability
 * mechanism).
 * @throws AditError `ADIT_BAD_AMOUNT` for negative fees
 */
export function minersFeesFromNu7(fees: bigint): bigint {
  checkAmount(fees, 'fees');
  return fees - (fees * 6n) / 10n;
}

function order(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
