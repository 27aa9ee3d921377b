import type { LedgerDatabase, Queries } from '@adit/ledger';
import { AditError } from '@adit/primitives';
import type { Random } from './random.ts';

/** The process is gone: nothing behind this line of it ever runs. */
export class Killed extends Error {}

/** Somebody does not answer. */
export class Away extends Error {}

/** Changes what a transaction runs: only mutants use it. */
export type QueryMutation = (queries: Queries) => Queries;

/** One process of the ledger. It can be killed before and after every call of it, and around every commit. */
export class SimProcess {
  readonly name: string;
  /** Places until it is killed; undefined while it lives on. */
  killIn: number | undefined;
  /** A place at which it is killed: just before or behind a call of a wallet, or around a commit. */
  killAt: string | undefined;
  isDead = false;

  readonly #pass: () => void;

  /** @param pass lets time go on at every place */
  constructor(name: string, pass: () => void) {
    this.name = name;
    this.#pass = pass;
  }

  /** A place where the process can end. @throws Killed */
  here(place = ''): void {
    this.#pass();
    if (place === this.killAt) this.isDead = true;
    if (this.killIn !== undefined && this.killIn > 0) this.killIn -= 1;
    else if (this.killIn === 0) this.isDead = true;
    if (this.isDead) throw new Killed(`${this.name} is killed`);
  }

  /** The same object, with a place before and after each of its calls. */
  around<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (_, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        return async (...values: unknown[]) => {
          this.here(`before ${String(key)}`);
          const result: unknown = await Reflect.apply(value, target, values);
          this.here(`behind ${String(key)}`);
          return result;
        };
      },
    });
  }
}

/** How a database fails. */
export interface DatabaseMischief {
  /** Chance that the disk is full at a commit. */
  diskFull: number;
}

/** A database that a process uses until it is killed: what was not committed is gone. */
export class SimDatabase implements LedgerDatabase {
  readonly kind = 'sqlite';
  readonly #database: LedgerDatabase;
  readonly #process: SimProcess;
  readonly #random: Random;
  readonly #mischief: DatabaseMischief;
  readonly #mutation: QueryMutation;
  readonly #keeps: (statements: readonly string[]) => boolean;

  /** @param mutant changes queries, and says which transactions are kept */
  constructor(
    database: LedgerDatabase,
    process: SimProcess,
    random: Random,
    mischief: DatabaseMischief,
    mutant: {
      readonly queries?: QueryMutation;
      readonly keeps?: (values: readonly string[]) => boolean;
    } = {},
  ) {
    this.#database = database;
    this.#process = process;
    this.#random = random;
    this.#mischief = mischief;
    this.#mutation = mutant.queries ?? ((queries) => queries);
    this.#keeps = mutant.keeps ?? (() => true);
  }

  async transact<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    this.#process.here();
    const written: string[] = [];
    let result: { readonly value: T } | undefined;
    try {
      await this.#database.transact(async (queries) => {
        const watched: Queries = {
          all: (sql, values) => queries.all(sql, values),
          run: (sql, values = []) => {
            written.push(`${sql} ${values.join(' ')}`);
            return queries.run(sql, values);
          },
        };
        result = { value: await work(this.#mutation(watched)) };
        this.#process.here('before commit');
        if (this.#random.chance(this.#mischief.diskFull))
          throw new AditError('ADIT_LEDGER_DATABASE', 'the disk is full');
        if (!this.#keeps(written)) throw new NotKept();
      });
    } catch (error) {
      if (!(error instanceof NotKept)) throw error;
    }
    this.#process.here('behind commit');
    if (result === undefined) throw new Error('the transaction has no result');
    return result.value;
  }

  read<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    this.#process.here();
    return this.#database.read(work);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

class NotKept extends Error {}
