import { weightOfEitherHalf, weightOfTarget } from '@adit/primitives';
import { gammaChance, gammaQuantile } from './gamma.ts';

const SCORE_BITS = 64n;

/** Expected solutions or hashes of a block or fruit, by the network's target: the same function as for the target of a share. */
const NETWORK_WEIGHTS: Readonly<Record<string, (target: bigint) => bigint>> = {
  zcash: weightOfTarget,
  truestratum: weightOfEitherHalf,
};

/**
 * The part of a block that a share is expected to find, in 2^-64 blocks. It is summed with the target that each share had, so effort stays
 * right where the difficulty changes within a round.
 * @param networkTarget null while the network wanted no block: the share is expected to find none
 * @param dialect of the share; a share of a dialect that this program does not know counts for no effort
 */
export function scoreOf(weight: bigint, networkTarget: bigint | null, dialect: string): bigint {
  const weightOf = Object.hasOwn(NETWORK_WEIGHTS, dialect) ? NETWORK_WEIGHTS[dialect] : undefined;
  if (networkTarget === null || networkTarget <= 0n || weightOf === undefined) return 0n;
  return (weight << SCORE_BITS) / weightOf(networkTarget);
}

/** Effort of a round: 1 is what a block takes in the mean. @param score sum of the scores of its shares */
export function effortOf(score: bigint): number {
  return Number(score) / 2 ** Number(SCORE_BITS);
}

/** The chance that a block is found by this effort. There is no "overdue": the chance of the next share is always the same. */
export function chanceBy(effort: number): number {
  return 1 - Math.exp(-effort);
}

/** How many blocks were found, beside how many were to be expected. */
export interface BlockLuck {
  readonly found: number;
  /** Sum of the efforts. */
  readonly expected: number;
  /** Found through expected; null where none was expected. */
  readonly ratio: number | null;
  /** The limits of 95 of 100 for the ratio of a pool whose luck is even; null where none was expected. */
  readonly low: number | null;
  readonly high: number | null;
  /** Chance to find as few as this, or fewer. */
  readonly chance: number;
}

/** Compares found blocks with the efforts of all rounds. @param found 0 or more @param expected 0 or more */
export function luckOf(found: number, expected: number): BlockLuck {
  if (!(expected > 0)) return { found, expected: 0, ratio: null, low: null, high: null, chance: 1 };
  const low = found === 0 ? 0 : gammaQuantile(found, 0.025);
  return {
    found,
    expected,
    ratio: found / expected,
    low: low / expected,
    high: gammaQuantile(found + 1, 0.975) / expected,
    chance: 1 - gammaChance(found + 1, expected),
  };
}
