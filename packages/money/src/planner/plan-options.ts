import { AditError } from '@adit/primitives';
import { checkAmount } from '../exact/amount.ts';
import type { WalletLimits } from './wallet-limits.ts';

/** Caps and rules of a plan. */
export interface PlanOptions {
  /** The pool's own minimum: at 0.01 ZEC the fee for a payee is half a percent. */
  readonly minimum: bigint;
  /** Most for one payee, in one payment. An account that is owed more is set aside, never paid in part. */
  readonly paymentCap: bigint;
  /** Most for one batch, without its fee. */
  readonly batchCap: bigint;
  /** What is left of today's cap. */
  readonly leftToday: bigint;
  /** What the wallet can spend now: mature, confirmed, and shielded where it must be. */
  readonly spendable: bigint;
  /** What has to stay in the wallet. */
  readonly keep: bigint;
  /** Receivers of our own wallets: a payment to them would come back as income of nobody. */
  readonly ownReceivers: ReadonlySet<string>;
  readonly wallet: WalletLimits;
  /** Who bears the fee of a batch: the pool, or its payees in equal parts. */
  readonly feeBorneBy: 'pool' | 'payees';
  /** Most batches of one plan. One for wallets of which only one transaction may be under way. */
  readonly mostBatches: number;
}

/** @throws AditError `ADIT_BAD_AMOUNT`, `ADIT_BAD_OPTION` */
export function checkPlanOptions(options: PlanOptions): void {
  const { minimum, paymentCap, batchCap, leftToday, spendable, keep, wallet, mostBatches } = options;
  for (const [what, value] of Object.entries({ minimum, paymentCap, batchCap, leftToday, spendable, keep }))
    checkAmount(value, what);
  checkAmount(wallet.feePerUnit, 'feePerUnit');
  for (const [what, value] of Object.entries({ mostBatches, mostPayees: wallet.mostPayees })) {
    if (!Number.isSafeInteger(value) || value < 1)
      throw new AditError('ADIT_BAD_OPTION', `${what} must be a whole number from 1, not ${value}`);
  }
}
