import { gammaQuantile } from './gamma.ts';

/** Sums over the accepted shares of a time. */
export interface ShareSums {
  /** Sum of the weights. */
  readonly weight: bigint;
  /** Sum of their squares. */
  readonly squares: bigint;
  /** The largest of them. */
  readonly largest: bigint;
  readonly shares: number;
}

/** Sums of no shares. */
export const NO_SHARES: ShareSums = { weight: 0n, squares: 0n, largest: 0n, shares: 0 };

/** A rate with its limits, in solutions or hashes a second. */
export interface Rate {
  /** Null while there are too few shares to name one. */
  readonly value: number | null;
  /** The true rate lies between `low` and `high` in 95 of 100 cases; null where nothing is known of them. */
  readonly low: number | null;
  readonly high: number | null;
  /** Accepted shares that it stands on. */
  readonly shares: number;
  /** Seconds over which they came. 0 if nobody could have sent any. */
  readonly seconds: number;
}

/** What an estimate needs besides the sums. */
export interface RateQuestion {
  /**
   * Seconds over which the shares came: the window, or the time since the rig was first authorised within it. Never the time since a
   * share: such a rate is too high by one share.
   */
  readonly seconds: number;
  /** Weight that a next share would have, for a time without shares. 0n if it is not known. */
  readonly nextWeight?: bigint;
  /** True for a rig or account of which fewer than `FEWEST_SHARES` are known: it gets limits, and no value. */
  readonly isNew?: boolean;
}

/** Shares from which a rig is not new any more: from here on the limits lie within -52 % and +84 %. */
export const FEWEST_SHARES = 10;

const TAIL = 0.025;

/**
 * Estimates a rate from accepted work alone. The value is weight through time. The limits are those of Fay and Feuer (1997) for sums of
 * weighted Poisson counts, which are exact where all weights are equal.
 */
export function rateOf(
  { weight, squares, largest, shares }: ShareSums,
  { seconds, nextWeight = 0n, isNew = false }: RateQuestion,
): Rate {
  if (!(seconds > 0)) return { value: null, low: null, high: null, shares, seconds: 0 };
  const w = Number(weight);
  if (shares === 0) {
    // The Poisson mean under which no event has a chance of 2.5 %.
    const high = nextWeight > 0n ? (-Math.log(TAIL) * Number(nextWeight)) / seconds : null;
    return { value: isNew ? null : 0, low: isNew ? null : 0, high, shares, seconds };
  }
  const s2 = Number(squares);
  const most = Number(largest);
  const low = (s2 / w) * gammaQuantile((w * w) / s2, TAIL);
  const s2Above = s2 + most * most;
  const above = w + most;
  const high = (s2Above / above) * gammaQuantile((above * above) / s2Above, 1 - TAIL);
  return {
    value: isNew ? null : w / seconds,
    low: low / seconds,
    high: high / seconds,
    shares,
    seconds,
  };
}

/** The sums of two times. */
export function addSums(one: ShareSums, other: ShareSums): ShareSums {
  return {
    weight: one.weight + other.weight,
    squares: one.squares + other.squares,
    largest: one.largest > other.largest ? one.largest : other.largest,
    shares: one.shares + other.shares,
  };
}
