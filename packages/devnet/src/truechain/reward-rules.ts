/** Amounts in 10^-18 TRUE. */
export interface RewardAmounts {
  readonly block: bigint;
  /** Paid for each fruit. */
  readonly fruit: bigint;
  readonly committee: bigint;
  readonly developer: bigint;
}

/** A reward that the fast chain has paid for a snail block. */
export interface PaidReward {
  readonly snailNumber: number;
  /** The fast block that pays. */
  readonly fastNumber: number;
  /** Seconds since 1970. */
  readonly time: number;
  readonly amounts: RewardAmounts;
}

/** The first block of the later rules (TIP8 and TIP10). */
const LATER_RULES = 53_550;
/** The chain computes in 10^-12 TRUE and then multiplies: every amount ends with six zeros. */
const WIDEN = 1_000_000n;
/** 115.555... TRUE, in 10^-12 TRUE. */
const FIRST_BASE = 115_555_555_555_555n;
/** 80 TRUE, in 10^-12 TRUE. */
const LATER_BASE = 80_000_000_000_000n;

/** What snail block `number` pays. Of the miners' part the block gets two thirds, and its fruits share one third. */
export function rewardAmounts(number: number, fruits: number): RewardAmounts {
  const early = number < LATER_RULES;
  const base = early ? shrink(FIRST_BASE, 98n, Math.floor(number / 4_500)) : laterBase(number);
  const miners = early ? (base * 8n) / 10n : (base * 6n) / 100n;
  return {
    block: ((miners * 2n) / 3n) * WIDEN,
    fruit: fruits === 0 ? 0n : ((miners / 3n) * WIDEN) / BigInt(fruits),
    committee: (early ? (base * 2n) / 10n : (base * 75n) / 100n) * WIDEN,
    developer: (early ? 0n : (base * 19n) / 100n) * WIDEN,
  };
}

function laterBase(number: number): bigint {
  return shrink(LATER_BASE, 80n, Math.floor((number - LATER_RULES) / 50_000));
}

function shrink(base: bigint, percent: bigint, times: number): bigint {
  let value = base;
  for (let i = 0; i < times && value > 0n; i += 1) value = (value * percent) / 100n;
  return value;
}
