import type { BlockState } from '../blocks/block-state.ts';
import type { BatchPosition, BatchState } from '../payouts/batch-state.ts';
import type { RoundCredit } from '../schemes/round-credit.ts';
import type { ChartAccount } from './chart.ts';
import type { Entry } from './entry.ts';

/** What a batch takes from an account, and what the payee gets. */
export interface BatchItem {
  readonly account: string;
  readonly gross: bigint;
  readonly amount: bigint;
  /** Given back alone, where each item is a transaction of its own. */
  readonly isReleased: boolean;
}

/** A batch as the ledger keeps it. */
export interface BatchFacts {
  readonly batch: BatchPosition;
  /** The wallet account that pays it. */
  readonly wallet: string;
  readonly items: readonly BatchItem[];
  /** What only one batch may have: its tag, the wallet's operation id, `sender:nonce` of its transactions. */
  readonly marks: readonly string[];
  /** Caps that were in force when it was approved. */
  readonly caps: { readonly payment: bigint; readonly batch: bigint };
}

/** What a round was booked as. */
export interface BookedRound {
  /** Key of the entry that credited it. */
  readonly creditKey: string;
  readonly credit: RoundCredit;
}

/** What the wallet says about all of its accounts. */
export interface WalletTotal {
  readonly total: bigint;
  /** What own unconfirmed transactions take out of it. */
  readonly unconfirmedSpends: bigint;
}

/** A change of state, from the audit. */
export type StateMove =
  | { readonly kind: 'block'; readonly subject: string; readonly from: BlockState; readonly to: BlockState }
  | { readonly kind: 'batch'; readonly subject: string; readonly from: BatchState; readonly to: BatchState };

/** All that the invariants of one chain's money look at: everything, or what a transaction of the ledger touched. */
export interface MoneyState {
  readonly entries: readonly Entry[];
  /** Balances as they are stored. */
  readonly balances: ReadonlyMap<ChartAccount, bigint>;
  readonly rounds: readonly BookedRound[];
  readonly batches: readonly BatchFacts[];
  readonly moves: readonly StateMove[];
  /** Null while the wallet cannot be asked. */
  readonly wallet: WalletTotal | null;
}

/** An invariant that does not hold. Payouts stop. */
export interface Breach {
  readonly invariant: string;
  /** The entry, account, batch or block that shows it. */
  readonly about: string;
  /** For people: what was found and what was expected. */
  readonly detail: string;
}

/** Looks for breaches of one invariant. */
export type Check = (state: MoneyState) => readonly Omit<Breach, 'invariant'>[];
