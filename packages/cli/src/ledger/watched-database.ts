import { isDatabaseGone, type LedgerDatabase, type Queries } from '@adit/ledger';
import { messageOf } from '@adit/primitives';

export interface WatchedDatabaseModules {
  /** The database cannot be reached. It is told once, however many transactions fail. */
  readonly onGone: (detail: string) => void;
  /** The first transaction since then was kept. */
  readonly onBack: () => void;
}

/** A database of a ledger that tells when it cannot be reached, and when it can again. All else is as before. */
export class WatchedDatabase implements LedgerDatabase {
  readonly kind;
  readonly #database: LedgerDatabase;
  readonly #modules: WatchedDatabaseModules;
  #isGone = false;

  constructor(database: LedgerDatabase, modules: WatchedDatabaseModules) {
    this.kind = database.kind;
    this.#database = database;
    this.#modules = modules;
  }

  transact<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    return this.#noted(this.#database.transact(work));
  }

  read<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    return this.#noted(this.#database.read(work));
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  async #noted<T>(transaction: Promise<T>): Promise<T> {
    let result: T;
    try {
      result = await transaction;
    } catch (error) {
      if (isDatabaseGone(error) && !this.#isGone) {
        this.#isGone = true;
        this.#modules.onGone(messageOf(error));
      }
      throw error;
    }
    if (this.#isGone) {
      this.#isGone = false;
      this.#modules.onBack();
    }
    return result;
  }
}
