import { scoreOf } from '../src/exact/score.ts';
import type { RoundShare, RoundSource } from '../src/schemes/round.ts';
import type { SchemeKind } from '../src/schemes/scheme-options.ts';

/** R of the vectors: what a Zcash block pays its miner from NU7 on, with some fees. */
export const REWARD = 41_666_668n;
const WEIGHTS = [400n, 900n, 700n, 500n, 600n];
const NETWORK_WEIGHTS = [1000n, 1000n, 1100n, 1100n, 1200n];
export const ACCOUNTS = ['a', 'b', 'c', 'd', 'e'];

/** The shares of the vectors, oldest first: one of each account. */
export const SHARES: readonly RoundShare[] = WEIGHTS.map((weight, i) => ({
  number: BigInt(i + 1),
  account: ACCOUNTS[i] ?? '',
  score: scoreOf(weight, NETWORK_WEIGHTS[i] ?? 0n),
  scheme: 'pplns',
}));

/** A share, where only these facts matter. */
export function share(
  number: number,
  account: string,
  score: bigint,
  scheme: SchemeKind = 'pplns',
): RoundShare {
  return { number: BigInt(number), account, score, scheme };
}

/** The round of a block that the newest of these shares found. @param shares oldest first */
export function sourceOf(shares: readonly RoundShare[], more: Partial<RoundSource> = {}): RoundSource {
  return {
    blockNumber: shares.at(-1)?.number ?? 0n,
    shares: shares.toReversed(),
    countsFrom: 0n,
    blockBefore: null,
    ...more,
  };
}

/** Terms without fee and donation. */
export const FREE = () => ({ feePpm: 0n, donation: null });
