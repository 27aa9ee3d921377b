import { AditError } from '@adit/primitives';
import { numberOf, textOf } from './cells.ts';
import type { LedgerDatabase, Queries } from './ledger-database.ts';

/** How a process holds the lease of a ledger. */
export interface LedgerWriterOptions {
  /** Names the process for operators. Two processes with one name are still two: the fence tells them apart. */
  readonly owner: string;
  /** Which lease: a database has one writer for each name. */
  readonly name?: string;
  /**
   * How long a lease lasts without a renewal, 30 seconds by default. A process that ends without giving it back keeps others out for
   * this long; one that is paused for longer has to take it anew.
   */
  readonly leaseMs?: number;
}

/** What a writer works with. */
export interface LedgerWriterModules {
  readonly database: LedgerDatabase;
  /** Milliseconds since 1970. Clocks that differ only make processes wait: the fence keeps the second one out. */
  readonly now: () => number;
}

const DEFAULT_NAME = 'ledger';
const DEFAULT_LEASE_MS = 30_000;

/**
 * The one process that writes a ledger. It holds a lease with a fence: a number that rises with each owner. Every transaction renews
 * the lease by a compare-and-swap of the fence, within itself. So a process that was paused, and wakes up when another one has taken
 * over, cannot write: its fence is not that of the lease any more. While a transaction is under way nobody else can take the lease,
 * since the database locks its row.
 */
export class LedgerWriter {
  readonly #owner: string;
  readonly #name: string;
  readonly #leaseMs: number;
  readonly #database: LedgerDatabase;
  readonly #now: () => number;
  #fence: number | undefined;

  /** @throws AditError `ADIT_BAD_OPTION` for a lease that is not at least a millisecond long */
  constructor(
    { owner, name = DEFAULT_NAME, leaseMs = DEFAULT_LEASE_MS }: LedgerWriterOptions,
    { database, now }: LedgerWriterModules,
  ) {
    if (!Number.isSafeInteger(leaseMs) || leaseMs < 1)
      throw new AditError('ADIT_BAD_OPTION', `a lease must last at least a millisecond, not ${leaseMs}`);
    this.#owner = owner;
    this.#name = name;
    this.#leaseMs = leaseMs;
    this.#database = database;
    this.#now = now;
  }

  /** The fence of the lease that this writer took last; undefined if it took none, or knows that it lost it. */
  get fence(): number | undefined {
    return this.#fence;
  }

  /**
   * Takes the lease, or renews it. A second process asks again every few seconds until it gets it.
   * @returns the fence; undefined while another process holds the lease
   * @throws AditError `ADIT_LEDGER_BUSY`, `ADIT_LEDGER_DATABASE`
   */
  async take(): Promise<number | undefined> {
    const held = this.#fence;
    const taken = await this.#database.transact(async (queries) => {
      if (held !== undefined && (await this.#renewIn(queries, held))) return held;
      return this.#takeIn(queries);
    });
    this.#fence = taken;
    return taken;
  }

  /**
   * Renews the lease, where no transaction has done it for a while.
   * @throws AditError `ADIT_LEDGER_LEASE` if it is over: stop, and take it anew
   */
  async renew(): Promise<void> {
    await this.transact(async () => undefined);
  }

  /** Gives the lease back, so that another process need not wait for its end. It does nothing without one. */
  async lose(): Promise<void> {
    const held = this.#fence;
    this.#fence = undefined;
    if (held === undefined) return;
    await this.#database.transact((queries) =>
      queries.run('UPDATE lease SET until_ms = 0 WHERE name = ? AND fence = ?', [this.#name, held]),
    );
  }

  /**
   * Runs the work in one transaction, if the lease is still ours.
   * @throws AditError `ADIT_LEDGER_LEASE` if it is not, with nothing changed; otherwise as {@link LedgerDatabase.transact}
   */
  async transact<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    const held = this.#fence;
    if (held === undefined) throw lost('this process has not taken the lease of the ledger');
    return this.#database.transact(async (queries) => {
      if (!(await this.#renewIn(queries, held))) {
        // Another lease may have been taken while this transaction waited for its turn.
        if (this.#fence === held) this.#fence = undefined;
        throw lost('another process may hold the lease of the ledger, or it has run out');
      }
      return work(queries);
    });
  }

  /** Reads without the lease. */
  read<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    return this.#database.read(work);
  }

  async #renewIn(queries: Queries, fence: number): Promise<boolean> {
    const now = this.#now();
    const changed = await queries.run(
      'UPDATE lease SET until_ms = ? WHERE name = ? AND fence = ? AND until_ms > ?',
      [now + this.#leaseMs, this.#name, fence, now],
    );
    return changed === 1;
  }

  async #takeIn(queries: Queries): Promise<number | undefined> {
    const [row] = await queries.all('SELECT fence, until_ms FROM lease WHERE name = ?', [this.#name]);
    const now = this.#now();
    if (row !== undefined && numberOf(row, 'until_ms') > now) return undefined;
    const fence = row === undefined ? 1 : numberOf(row, 'fence') + 1;
    await queries.run(
      'INSERT INTO lease (name, owner, fence, until_ms) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, fence = excluded.fence, until_ms = excluded.until_ms',
      [this.#name, this.#owner, fence, now + this.#leaseMs],
    );
    return fence;
  }
}

/** Who holds a lease, for operators. */
export interface LeaseHolder {
  readonly owner: string;
  readonly fence: number;
  /** When it ends; over already if it was given back. */
  readonly untilMs: number;
}

/** @returns undefined if nobody ever took it */
export async function leaseHolder(
  queries: Queries,
  name: string = DEFAULT_NAME,
): Promise<LeaseHolder | undefined> {
  const [row] = await queries.all('SELECT owner, fence, until_ms FROM lease WHERE name = ?', [name]);
  if (row === undefined) return undefined;
  return { owner: textOf(row, 'owner'), fence: numberOf(row, 'fence'), untilMs: numberOf(row, 'until_ms') };
}

function lost(why: string): AditError {
  return new AditError('ADIT_LEDGER_LEASE', `${why}; nothing was changed`);
}
