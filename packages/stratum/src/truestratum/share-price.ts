import { checkBigint } from '@adit/primitives';

/** What shares of a header have to meet, and what they are credited. */
export interface SharePrice {
  readonly target: bigint;
  /**
   * The target whose weight is credited: the same one, or an easier one where the header may belong to either side of a
   * change.
   */
  readonly credited: bigint;
}

/**
 * The price of a header that may belong to either side of a change of the target, where the miner may choose the side
 * after hashing. A share has to meet the hardest of the targets, and is credited the weight of the easiest one. Each of
 * the targets alone would pay every hash as much or more, so the miner gains nothing by the choice.
 * @param targets one at least; undefined passes through
 */
export function sharePrice(targets: readonly [bigint, ...bigint[]]): SharePrice;
export function sharePrice(targets: readonly [bigint, ...bigint[]] | undefined): SharePrice | undefined;
export function sharePrice(targets: readonly [bigint, ...bigint[]] | undefined): SharePrice | undefined {
  if (targets === undefined) return undefined;
  return { target: targets.reduce(harderOf), credited: targets.reduce(easierOf) };
}

/** The easier of two targets: the higher one. */
export function easierOf(a: bigint, b: bigint): bigint {
  checkBigint(a, 'a target');
  checkBigint(b, 'a target');
  return a > b ? a : b;
}

function harderOf(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
