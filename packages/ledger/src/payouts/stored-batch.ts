import type { BatchPosition, MatchOutput, Payee } from '@adit/money';

/** What a batch takes from one account, as it was planned. */
export interface StoredItem {
  readonly account: string;
  readonly payee: Payee;
  readonly gross: bigint;
  readonly feePart: bigint;
  readonly amount: bigint;
  /** The account that pays it, and the nonce that the payment has for good; null where transactions have no nonces, or before it has one. */
  readonly sender: string | null;
  readonly nonce: bigint | null;
  /** Given back alone, since it is proved that its nonce paid somebody else. */
  readonly isReleased: boolean;
}

/** A transaction that may pay a batch. */
export interface StoredTransaction {
  readonly txid: string;
  /** Its bytes; null while nobody gave them. */
  readonly raw: Uint8Array | null;
  /** What it spends, so that of two with one of these only one can be mined: `txid:index`, or `sender:nonce`. */
  readonly inputs: readonly string[];
  /** Its fee as the wallet that built it says; null if it does not. Of payments with nonces: what it cost, once it is in a block. */
  readonly fee: bigint | null;
}

/** A batch as the ledger keeps it. */
export interface StoredBatch {
  readonly position: BatchPosition;
  readonly chain: string;
  readonly wallet: string;
  readonly version: number;
  /** The mark of its transaction. */
  readonly tag: string;
  /** What a person should know beside the reason of a hold. */
  readonly detail: string | null;
  readonly plannedMs: number;
  readonly approvedMs: number | null;
  /** When the wallet was about to be called. */
  readonly calledMs: number | null;
  readonly caps: { readonly payment: bigint; readonly batch: bigint };
  readonly mostFee: bigint;
  readonly feePlanned: bigint;
  readonly feeReal: bigint | null;
  /** H0: height of the nodes' tip before the wallet was asked. */
  readonly startHeight: number | null;
  readonly identity: string | null;
  /** Transactions that the wallet was known to have before the call. */
  readonly remembered: readonly string[];
  /** Tip at which the wallet's operation is known to have ended. */
  readonly endedAt: number | null;
  readonly operation: string | null;
  readonly draft: Uint8Array | null;
  /** Tip at which it was settled or released. */
  readonly closedAt: number | null;
  readonly items: readonly StoredItem[];
  readonly transactions: readonly StoredTransaction[];
}

/** What may change of a batch beside its position. */
export type BatchFactsChange = Partial<
  Pick<
    StoredBatch,
    | 'approvedMs'
    | 'calledMs'
    | 'closedAt'
    | 'detail'
    | 'draft'
    | 'endedAt'
    | 'feeReal'
    | 'identity'
    | 'items'
    | 'operation'
    | 'remembered'
    | 'startHeight'
    | 'transactions'
  >
>;

/** Outputs of a batch: items with one receiver are one output. */
export function outputsOf(batch: StoredBatch): readonly { readonly payee: Payee; readonly amount: bigint }[] {
  const byReceiver = new Map<string, { payee: Payee; amount: bigint }>();
  for (const { payee, amount } of batch.items) {
    const known = byReceiver.get(payee.receiver);
    if (known === undefined) byReceiver.set(payee.receiver, { payee, amount });
    else known.amount += amount;
  }
  return [...byReceiver.values()];
}

/** The same by receivers, for comparisons. */
export function receiversOf(batch: StoredBatch): readonly MatchOutput[] {
  return outputsOf(batch).map(({ payee, amount }) => ({ receiver: payee.receiver, amount }));
}

/** Sum of the items that were not given back. */
export function sumOfItems(batch: StoredBatch, part: 'gross' | 'amount'): bigint {
  let sum = 0n;
  for (const item of batch.items) if (!item.isReleased) sum += item[part];
  return sum;
}
