import { sumOf } from '../exact/amount.ts';
import type { DueAccount, Payee, WaitReason } from './payee.ts';
import type { PlanOptions } from './plan-options.ts';
import type { PayeeCost } from './wallet-limits.ts';

/** What one account gives to a batch. */
export interface PlannedItem {
  readonly account: string;
  /** Its whole balance: what the batch takes from it. */
  readonly gross: bigint;
  /** Its part of the fee, fixed here; the pool bears or keeps the difference to the real fee. */
  readonly feePart: bigint;
  /** What its payee gets: `gross - feePart`. */
  readonly amount: bigint;
}

/** An output to a payee. Accounts that share a receiver are paid by one output: wallets refuse a receiver twice. */
export interface PlannedOutput {
  readonly payee: Payee;
  readonly amount: bigint;
  readonly items: readonly PlannedItem[];
}

/** A batch that fits the wallet and all caps. */
export interface PlannedBatch {
  readonly outputs: readonly PlannedOutput[];
  /** Sum of what the accounts give. */
  readonly gross: bigint;
  /** Sum of what the payees get. */
  readonly amount: bigint;
  /** Estimate of the fee. */
  readonly fee: bigint;
  /** Estimate of the size. */
  readonly bytes: number;
}

/** Sizes are estimates: a tenth of what the chain takes stays free. */
const USED_OF_TEN = 9;

/** Accounts that share a receiver, with the oldest first. */
export interface DuePayee {
  readonly payee: Payee;
  readonly cost: PayeeCost;
  readonly accounts: readonly DueAccount[];
  readonly gross: bigint;
}

/** A batch while it is filled. */
export class BatchDraft {
  readonly #options: PlanOptions;
  readonly #payees: DuePayee[] = [];
  readonly #ofKind = new Map<string, number>();
  #gross = 0n;
  #bytes: number;
  #feeUnits: bigint;

  constructor(options: PlanOptions) {
    this.#options = options;
    this.#bytes = options.wallet.base.bytes;
    this.#feeUnits = options.wallet.base.feeUnits;
  }

  get isEmpty(): boolean {
    return this.#payees.length === 0;
  }

  /** What the batch takes out of the wallet, as far as it is filled. */
  get spends(): bigint {
    const fee = this.#feeUnits * this.#options.wallet.feePerUnit;
    return this.#options.feeBorneBy === 'pool' ? this.#gross + fee : this.#gross;
  }

  get gross(): bigint {
    return this.#gross;
  }

  /**
   * Adds a payee if it fits.
   * @param left what the batches before this one leave of the wallet's money and of the daily cap
   * @returns why it does not fit; undefined if it was added
   */
  add(due: DuePayee, left: { readonly spendable: bigint; readonly today: bigint }): WaitReason | undefined {
    const { wallet, batchCap, feeBorneBy } = this.#options;
    const ofKind = this.#ofKind.get(due.payee.kind) ?? 0;
    const bytes = this.#bytes + due.cost.bytes;
    const feeUnits = this.#feeUnits + due.cost.feeUnits;
    const gross = this.#gross + due.gross;
    const spends = feeBorneBy === 'pool' ? gross + feeUnits * wallet.feePerUnit : gross;
    if (
      this.#payees.length >= wallet.mostPayees ||
      ofKind >= (wallet.mostOfKind[due.payee.kind] ?? Number.POSITIVE_INFINITY) ||
      10 * bytes > USED_OF_TEN * wallet.mostBytes
    )
      return 'no_place';
    if (gross > batchCap) return 'batch_cap';
    if (gross > left.today) return 'daily_cap';
    if (spends > left.spendable) return 'not_spendable';
    this.#payees.push(due);
    this.#ofKind.set(due.payee.kind, ofKind + 1);
    this.#bytes = bytes;
    this.#feeUnits = feeUnits;
    this.#gross = gross;
    return undefined;
  }

  /** The batch with its amounts, which nothing changes any more. */
  finish(): PlannedBatch {
    const fee = this.#feeUnits * this.#options.wallet.feePerUnit;
    const count = BigInt(this.#payees.length);
    // Rounded up, so that payees and fee together never need more than the accounts gave; the pool keeps the difference.
    const share = this.#options.feeBorneBy === 'pool' || count === 0n ? 0n : (fee + count - 1n) / count;
    const outputs = this.#payees.map(({ payee, accounts, gross }): PlannedOutput => {
      const items = itemsOf(accounts, share);
      return { payee, amount: gross - sumOf(items.map(({ feePart }) => feePart)), items };
    });
    const amount = sumOf(outputs.map((output) => output.amount));
    return { outputs, gross: this.#gross, amount, fee, bytes: this.#bytes };
  }
}

/** The fee of one output is borne by its accounts in the order in which they wait, each as far as its balance goes. */
function itemsOf(accounts: readonly DueAccount[], share: bigint): readonly PlannedItem[] {
  let left = share;
  return accounts.map(({ account, owed }) => {
    const feePart = left < owed ? left : owed;
    left -= feePart;
    return { account, gross: owed, feePart, amount: owed - feePart };
  });
}
