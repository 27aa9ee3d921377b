import { donationOf, type PpsPayment, type PriceFacts, ppsCredit, priceOf, type Terms } from '@adit/money';
import type { ScoresOfAccount } from './paid-scores.ts';

/** What an interval of shares earns. */
export interface PaidInterval {
  /** A payment for each account that has shares in it, also for one whose score is worth less than a unit. */
  readonly payments: readonly PpsPayment[];
  /** What each of these accounts keeps for the next interval. */
  readonly carries: ReadonlyMap<string, bigint>;
  /** Score of all shares. */
  readonly score: bigint;
  /** What leaves the reserve: net amounts and donations. */
  readonly paid: bigint;
}

/**
 * Pays for an interval of shares. It follows from the shares and from what is recorded, so it can be made again.
 * @param carries what accounts kept from before; an account that is not in it kept nothing
 * @throws AditError `ADIT_BAD_AMOUNT`, `ADIT_BAD_ACCOUNT`
 */
export function payInterval(
  accounts: ReadonlyMap<string, ScoresOfAccount>,
  facts: PriceFacts,
  termsOf: (account: string) => Terms,
  carries: ReadonlyMap<string, bigint>,
): PaidInterval {
  const payments: PpsPayment[] = [];
  const kept = new Map<string, bigint>();
  let [total, left] = [0n, 0n];
  for (const [account, scores] of accounts) {
    const terms = termsOf(account);
    let carry = carries.get(account) ?? 0n;
    let amount = 0n;
    for (const [kind, score] of scores) {
      const price = priceOf(kind, facts);
      if (price === undefined) continue;
      const credit = ppsCredit(carry, score, price, terms.feePpm);
      carry = credit.carry;
      amount += credit.paid;
      total += score;
    }
    const { donation, cause } = donationOf(amount, terms);
    payments.push({ account, donation, cause, net: amount - donation });
    kept.set(account, carry);
    left += amount;
  }
  return { payments, carries: kept, score: total, paid: left };
}
