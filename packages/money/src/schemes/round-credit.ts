import { checkAccountId } from '../exact/account-id.ts';
import { checkAmount, checkPpm, PPM } from '../exact/amount.ts';
import { splitExactly } from '../exact/split.ts';
import { RESERVE_HOLDER, type Round } from './round.ts';

/** What the pool and others keep of what an account earns. */
export interface Terms {
  /** The pool's fee. A discount is a smaller fee. */
  readonly feePpm: bigint;
  /** A part of what is left behind the fee, for a cause that the account chose; null if it gives nothing. */
  readonly donation: { readonly ppm: bigint; readonly cause: string } | null;
}

/** What an account earns with a block: `gross = fee + donation + net`. */
export interface RoundPart {
  readonly account: string;
  readonly score: bigint;
  readonly gross: bigint;
  readonly fee: bigint;
  readonly donation: bigint;
  /** Who gets the donation; null if there is none. */
  readonly cause: string | null;
  readonly net: bigint;
}

/** How a reward is shared out. The gross amounts, the reserve and the suspense sum to it. */
export interface RoundCredit {
  readonly reward: bigint;
  /** Ordered as the round's scores are. */
  readonly parts: readonly RoundPart[];
  /** For shares that were paid at once. No fee is taken of it: it was taken when the shares were paid. */
  readonly reserve: bigint;
  /** All of the reward if no share counts, otherwise zero. It needs a person. */
  readonly suspense: bigint;
}

/**
 * Shares a reward out.
 * @param reward what the block's coinbase really pays to the operator, never a figure from a schedule
 * @param termsOf the terms of an account as they were in force at the block's time
 * @throws AditError `ADIT_BAD_AMOUNT` for a negative reward or terms out of range, `ADIT_BAD_ACCOUNT`
 */
export function creditOf(
  reward: bigint,
  round: Pick<Round, 'scores'>,
  termsOf: (account: string) => Terms,
): RoundCredit {
  checkAmount(reward, 'a reward');
  const gross = splitExactly(reward, round.scores);
  if (gross === undefined) return { reward, parts: [], reserve: 0n, suspense: reward };
  const parts = [...gross]
    .filter(([holder]) => holder !== RESERVE_HOLDER)
    .map(([account, amount]) => partOf(account, round.scores.get(account) ?? 0n, amount, termsOf(account)));
  return { reward, parts, reserve: gross.get(RESERVE_HOLDER) ?? 0n, suspense: 0n };
}

/**
 * Takes fee and donation off an amount, each rounded down: the account gets the fractions.
 * @throws AditError `ADIT_BAD_AMOUNT`, `ADIT_BAD_ACCOUNT`
 */
function partOf(account: string, score: bigint, gross: bigint, terms: Terms): RoundPart {
  checkAccountId(account);
  checkPpm(terms.feePpm, `the fee of ${account}`);
  const fee = (gross * terms.feePpm) / PPM;
  const { donation, cause } = donationOf(gross - fee, terms);
  return { account, score, gross, fee, donation, cause, net: gross - fee - donation };
}

/**
 * The donation out of an amount from which the fee was taken.
 * @throws AditError `ADIT_BAD_AMOUNT`, `ADIT_BAD_ACCOUNT` for a cause without a name
 */
export function donationOf(
  amount: bigint,
  { donation }: Terms,
): { readonly donation: bigint; readonly cause: string | null } {
  if (donation === null) return { donation: 0n, cause: null };
  checkPpm(donation.ppm, 'a donation');
  checkAccountId(donation.cause);
  const given = (amount * donation.ppm) / PPM;
  return { donation: given, cause: given === 0n ? null : donation.cause };
}
