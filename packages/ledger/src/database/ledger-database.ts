/** What a column holds. Amounts, weights and numbers above 2^53 are decimal text: databases would round their sums. */
export type SqlValue = string | number | Uint8Array | null;

/** A row by the names of its columns, as the statement spells them. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

/**
 * Statements within one transaction. They are written once for all databases: `?` for values, `ON CONFLICT` for upserts, no
 * arithmetic on amounts, no functions that only one database has. Text is ordered by the bytes of UTF-8. Truth values are 1 and 0.
 *
 * After a statement failed the transaction cannot be kept, even if its work goes on.
 */
export interface Queries {
  /** @returns all rows of a SELECT, or of a statement with RETURNING */
  all(sql: string, values?: readonly SqlValue[]): Promise<readonly SqlRow[]>;
  /** @returns how many rows the statement changed: a compare-and-swap that changed none was lost */
  run(sql: string, values?: readonly SqlValue[]): Promise<number>;
}

/**
 * The database of a ledger. Money moves in one transaction together with its entries, its state and its audit row, so every change
 * of the ledger is one call of `transact`.
 */
export interface LedgerDatabase {
  /** For people and for the few places that differ: `sqlite`, `postgresql`. */
  readonly kind: LedgerDatabaseKind;
  /**
   * Runs the work in one transaction: all of its statements are kept, or none. Transactions of one process run one after the other.
   * When the promise resolves, the transaction is on disk.
   * @param work waits for nothing but its queries: whatever it waits for, all others wait for too. It may run several times, where
   *   transactions of two processes collide: it changes nothing but the database, and takes nothing along from one run to the next.
   * @throws what the work throws, after the transaction was undone. With nothing kept: `ADIT_LEDGER_BUSY` (it can be tried again),
   *   `ADIT_LEDGER_FULL`, `ADIT_LEDGER_CONSTRAINT` for a row that the tables do not allow, `ADIT_LEDGER_VALUE`, `ADIT_LEDGER_DATABASE`.
   *   `ADIT_LEDGER_UNCERTAIN` if it may have been kept: read what happened.
   */
  transact<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  /**
   * Reads one state of the whole database, beside transactions.
   * @throws as {@link LedgerDatabase.transact}; `ADIT_LEDGER_DATABASE` for a statement that changes something
   */
  read<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  /** Waits for the transaction under way. */
  close(): Promise<void>;
}

/** A ledger as a program sees it that only shows it: it can neither change nor migrate the books. */
export type LedgerReader = Pick<LedgerDatabase, 'read' | 'close'>;

/** The databases that there are. */
export type LedgerDatabaseKind = 'sqlite' | 'postgresql';
