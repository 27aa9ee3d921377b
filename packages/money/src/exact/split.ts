import { compareIds } from './account-id.ts';
import { checkAmount, sumOf } from './amount.ts';

/**
 * Splits an amount by scores, to the unit: the parts sum to the amount.
 *
 * Everybody gets the part rounded down. The units that this leaves over go one each to the largest remainders; of equal
 * remainders the one whose name comes first in the order of bytes ({@link compareIds}) gets it. So the result does not depend
 * on the order in which the scores come.
 *
 * @param total in the smallest unit
 * @param scores by holder; a holder without a score gets nothing
 * @returns a part for each holder, or undefined if the scores sum to zero: then nobody has a claim, and the caller books the
 *   amount in suspense
 * @throws AditError `ADIT_BAD_AMOUNT` for a negative total or score
 */
export function splitExactly(
  total: bigint,
  scores: ReadonlyMap<string, bigint>,
): ReadonlyMap<string, bigint> | undefined {
  checkAmount(total, 'the amount to split');
  for (const score of scores.values()) checkAmount(score, 'a score');
  const whole = sumOf(scores.values());
  if (whole === 0n) return undefined;
  const parts = [...scores].map(([holder, score]) => {
    const product = total * score;
    return { holder, part: product / whole, remainder: product % whole };
  });
  // Less than the number of remainders above zero, so a holder without a score never gets a unit.
  const left = Number(total - sumOf(parts.map(({ part }) => part)));
  const largestFirst = parts.toSorted(
    (a, b) => compareBigints(b.remainder, a.remainder) || compareIds(a.holder, b.holder),
  );
  const lucky = new Set(largestFirst.slice(0, left).map(({ holder }) => holder));
  return new Map(parts.map(({ holder, part }) => [holder, lucky.has(holder) ? part + 1n : part]));
}

function compareBigints(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
