import { AditError } from '@adit/primitives';
import { compareIds } from '../exact/account-id.ts';
import { sumOf } from '../exact/amount.ts';
import { BatchDraft, type DuePayee, type PlannedBatch } from './batch-draft.ts';
import type { DueAccount, ParkReason, Payee, WaitReason } from './payee.ts';
import { checkPlanOptions, type PlanOptions } from './plan-options.ts';
import type { PayeeCost, WalletLimits } from './wallet-limits.ts';

/** How many accounts wait for one reason, and for how much. */
export interface Waiting {
  readonly accounts: number;
  readonly amount: bigint;
}

/** What would be paid now. It binds nothing: a dry run shows just this. */
export interface PayoutPlan {
  readonly batches: readonly PlannedBatch[];
  /** Accounts that a person has to look at, by name. They hold nobody else up. */
  readonly parked: readonly {
    readonly account: string;
    readonly owed: bigint;
    readonly reason: ParkReason;
  }[];
  /** Accounts that are paid by themselves later: counted, since in a large pool most are below their minimum. */
  readonly waiting: ReadonlyMap<WaitReason, Waiting>;
}

/**
 * Plans payouts: who waits longest is first, and of equal times the name that comes first in the order of bytes. Each balance is
 * paid whole or not at all; no planned amount is ever changed to make it fit.
 *
 * A payee for whom the money in the wallet does not suffice is passed over, and smaller ones behind it are paid: one large balance
 * must not stop all. It stays first, so it is paid as soon as the wallet has that much at once.
 *
 * @param accounts in any order, each once
 * @throws AditError `ADIT_BAD_AMOUNT`, `ADIT_BAD_OPTION` for options out of their bounds; `ADIT_BAD_ACCOUNT` for an account that
 *   comes twice: its balance would be paid twice
 */
export function planPayouts(accounts: readonly DueAccount[], options: PlanOptions): PayoutPlan {
  checkPlanOptions(options);
  if (new Set(accounts.map(({ account }) => account)).size !== accounts.length)
    throw new AditError(
      'ADIT_BAD_ACCOUNT',
      'an account comes twice among those to be paid; nothing was planned',
    );
  const parked: { account: string; owed: bigint; reason: ParkReason }[] = [];
  const waiting = new WaitingCounter();
  const payable: { account: DueAccount; payee: Payee; cost: PayeeCost }[] = [];
  for (const account of accounts) {
    const { owed, minimum } = account;
    if (owed <= 0n) continue;
    const least = minimum > options.minimum ? minimum : options.minimum;
    if (owed < least) {
      waiting.add('below_minimum', [account]);
      continue;
    }
    const judged = judge(account, options);
    if (typeof judged === 'string') parked.push({ account: account.account, owed, reason: judged });
    else payable.push({ account, ...judged });
  }
  payable.sort(
    (a, b) => a.account.dueSinceMs - b.account.dueSinceMs || compareIds(a.account.account, b.account.account),
  );
  const due: DuePayee[] = [];
  for (const one of mergedByReceiver(payable)) {
    const reason = tooMuch(one, options);
    if (reason === undefined) due.push(one);
    else parked.push(...one.accounts.map(({ account, owed }) => ({ account, owed, reason })));
  }
  const batches = fill(due, options, waiting);
  parked.sort((a, b) => compareIds(a.account, b.account));
  return { batches, parked, waiting: waiting.counts };
}

/** @returns the payee with its cost, or why the account is set aside */
function judge(
  { isParked, payee, owed }: DueAccount,
  { ownReceivers, wallet, feeBorneBy }: PlanOptions,
): { readonly payee: Payee; readonly cost: PayeeCost } | ParkReason {
  if (isParked) return 'parked';
  if (payee === null) return 'no_payee';
  if (ownReceivers.has(payee.receiver)) return 'own_address';
  const cost = wallet.payees[payee.kind];
  if (cost === null) return 'wallet_cannot_pay';
  const mostFee = feeBorneBy === 'pool' ? 0n : mostFeePart(wallet);
  return owed - mostFee < cost.dust || owed <= mostFee ? 'dust' : { payee, cost };
}

/** The most that one payee can have to bear: it is alone in its batch, or the others are of the dearest kind. */
function mostFeePart({ payees, base, feePerUnit }: WalletLimits): bigint {
  let dearest = 0n;
  for (const cost of Object.values(payees)) {
    if (cost !== null && cost.feeUnits > dearest) dearest = cost.feeUnits;
  }
  return (base.feeUnits + dearest) * feePerUnit;
}

function tooMuch({ gross }: DuePayee, { paymentCap, batchCap }: PlanOptions): ParkReason | undefined {
  if (gross > paymentCap) return 'above_payment_cap';
  return gross > batchCap ? 'above_batch_cap' : undefined;
}

/** Accounts with one receiver become one payee, at the place of the one that waits longest. */
function mergedByReceiver(
  payable: readonly { account: DueAccount; payee: Payee; cost: PayeeCost }[],
): readonly DuePayee[] {
  const byReceiver = new Map<string, { payee: Payee; cost: PayeeCost; accounts: DueAccount[] }>();
  for (const { account, payee, cost } of payable) {
    const known = byReceiver.get(payee.receiver);
    if (known === undefined) byReceiver.set(payee.receiver, { payee, cost, accounts: [account] });
    else known.accounts.push(account);
  }
  return [...byReceiver.values()].map((one) => ({
    ...one,
    gross: sumOf(one.accounts.map(({ owed }) => owed)),
  }));
}

/** Fills batch after batch. What has no place in one is tried in the next. */
function fill(
  due: readonly DuePayee[],
  options: PlanOptions,
  waiting: WaitingCounter,
): readonly PlannedBatch[] {
  const batches: PlannedBatch[] = [];
  let spendable = options.spendable > options.keep ? options.spendable - options.keep : 0n;
  let today = options.leftToday;
  let rest = due.map((one) => ({ one, reason: 'no_place' as WaitReason }));
  while (rest.length > 0 && batches.length < options.mostBatches) {
    const draft = new BatchDraft(options);
    rest = rest.flatMap(({ one }) => {
      const reason = draft.add(one, { spendable, today });
      return reason === undefined ? [] : [{ one, reason }];
    });
    if (draft.isEmpty) break;
    batches.push(draft.finish());
    spendable -= draft.spends;
    today -= draft.gross;
  }
  for (const { one, reason } of rest) waiting.add(reason, one.accounts);
  return batches;
}

class WaitingCounter {
  readonly counts = new Map<WaitReason, Waiting>();

  add(reason: WaitReason, accounts: readonly DueAccount[]): void {
    const { accounts: count, amount } = this.counts.get(reason) ?? { accounts: 0, amount: 0n };
    this.counts.set(reason, {
      accounts: count + accounts.length,
      amount: amount + sumOf(accounts.map(({ owed }) => owed)),
    });
  }
}
