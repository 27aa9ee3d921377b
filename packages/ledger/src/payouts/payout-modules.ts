import type {
  BatchState,
  Broadcaster,
  ChartAccount,
  DueAccount,
  Entry,
  Shielder,
  Wallet,
  Witness,
} from '@adit/money';
import type { Queries } from '../database/ledger-database.ts';
import type { PaymentLists } from './list-watch.ts';

/** Who did something, and why: for the audit. */
export interface Actor {
  /** `payouts` for the program itself, otherwise the name of the operator. */
  readonly name: string;
  /** An operator has to give a reason. */
  readonly reason: string | null;
}

/** The program itself. */
export const PROGRAM: Actor = { name: 'payouts', reason: null };

/** What payouts ask of the books of their chain. All of it happens within the caller's transaction. */
export interface PayoutBooks {
  /** Posts an entry; the same entry again changes nothing. @throws AditError for another entry under its key */
  post(queries: Queries, entry: Entry, timeMs: number): Promise<void>;
  /** Debits less credits. */
  balance(queries: Queries, account: ChartAccount): Promise<bigint>;
  /** Accounts with a balance above zero, with the payees in force at that time. */
  due(queries: Queries, timeMs: number): Promise<readonly DueAccount[]>;
  /** Sets an account aside until a person lets it be paid again. */
  park(
    queries: Queries,
    account: string,
    note: { readonly timeMs: number; readonly actor: Actor; readonly why: string },
  ): Promise<void>;
  /** Appends to the audit. */
  audit(queries: Queries, row: AuditNote): Promise<void>;
  /** Records that a batch went from one state to another one, for I15. */
  moved(
    queries: Queries,
    move: { readonly batch: string; readonly from: BatchState; readonly to: BatchState },
    note: AuditNote,
  ): Promise<void>;
}

/** A row of the audit before it has a number. */
export interface AuditNote {
  readonly timeMs: number;
  readonly actor: Actor;
  readonly action: string;
  /** What it was done to. */
  readonly subject: { readonly kind: 'batch' | 'wallet' | 'shielding'; readonly name: string };
  readonly content: Readonly<Record<string, string | number | null>>;
}

/** The one writer of the ledger. */
export interface PayoutWriter {
  /**
   * Runs the work in one transaction, if this process holds the lease.
   * @throws AditError where another process holds it; nothing was kept
   */
  transact<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  read<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
}

/** Two clocks: where they differ by more than a minute, somebody set one of them. */
export interface PayoutClock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Milliseconds of a clock that nobody sets. */
  steadyMs(): number;
}

/** What payouts of one wallet account work with. */
export interface PayoutModules<W extends Wallet = Wallet> {
  readonly writer: PayoutWriter;
  readonly books: PayoutBooks;
  readonly wallet: W;
  readonly witness: Witness;
  /** Null where the wallet broadcasts by itself. */
  readonly broadcaster: Broadcaster | null;
  /** Null where rewards need no shielding. */
  readonly shielder: Shielder | null;
  /** The lists of a wallet that a person pays by hand; absent for other wallets. */
  readonly lists?: PaymentLists | undefined;
  readonly clock: PayoutClock;
  /** Eight or more characters that never come twice, not even after a restore of an older ledger: letters and digits. */
  readonly unique: () => string;
  /**
   * Rewards that the wallet may have and the books have not booked as mature, ordered by height: the books wait ten blocks longer
   * than the wallet does.
   */
  readonly pendingIncome: () => Promise<readonly bigint[]>;
}
