import { AditError } from '@adit/primitives';
import { PPM } from '../exact/amount.ts';

/** What a pool that pays at once has to keep. */
export interface ReserveLimits {
  /** Below this the pool pays no new share at once. It covers the shares that are under way when the stop comes. */
  readonly floor: bigint;
  /** From here on it does again. At least the floor; a gap keeps the scheme from flapping with each credit. */
  readonly resumeAt: bigint;
}

/**
 * The hard stop of a reserve: whether *new* shares are paid at once. If they are not, they are accepted as shares of PPLNS.
 * Shares that were accepted before keep what they were promised, also below the floor.
 *
 * @param balance what the reserve holds: `equity:pps`, as money that is owed to nobody else. Income of blocks that can still
 *   be orphaned does not count.
 * @param wasOpen the answer of the last time
 * @throws AditError `ADIT_BAD_OPTION` if the floor is negative or above `resumeAt`
 */
export function reserveIsOpen(
  { floor, resumeAt }: ReserveLimits,
  balance: bigint,
  wasOpen: boolean,
): boolean {
  if (floor < 0n || resumeAt < floor)
    throw new AditError(
      'ADIT_BAD_OPTION',
      'the floor of a reserve must be from zero to the amount at which it resumes',
    );
  return balance >= (wasOpen ? floor : resumeAt);
}

/** What the risk of a reserve depends on. */
export interface ReserveRisk {
  readonly feePpm: bigint;
  /** Blocks of ours that are orphaned, and what withholding takes: both eat the fee. */
  readonly orphanPpm: bigint;
  /** The chance of ruin that the operator accepts, between 0 and 1, such as 0.001. */
  readonly ruin: number;
}

/**
 * Advice: how many blocks' worth a reserve should hold (Rosenfeld, arXiv:1112.4980, with the drift that orphans leave).
 * A figure for people, so it is a float.
 * @returns `Infinity` where the fee does not exceed the orphans: such a pool is ruined for certain
 * @throws AditError `ADIT_BAD_OPTION` for a chance that is not between 0 and 1
 */
export function reserveBlocks({ feePpm, orphanPpm, ruin }: ReserveRisk): number {
  if (!(ruin > 0 && ruin < 1))
    throw new AditError('ADIT_BAD_OPTION', `the chance of ruin must be between 0 and 1, not ${ruin}`);
  const drift = Number(feePpm - orphanPpm) / Number(PPM);
  return drift <= 0 ? Number.POSITIVE_INFINITY : Math.log(1 / ruin) / (2 * drift);
}
