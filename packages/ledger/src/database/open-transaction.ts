import { AditError } from '@adit/primitives';
import type { Queries, SqlRow, SqlValue } from './ledger-database.ts';
import { checkValues } from './sql-values.ts';

/** What a driver does with one statement. */
export interface Statements {
  all(sql: string, values: readonly SqlValue[]): Promise<readonly SqlRow[]>;
  run(sql: string, values: readonly SqlValue[]): Promise<number>;
}

/**
 * The queries of one transaction. After a statement failed they refuse all others, and the transaction cannot be kept: PostgreSQL would
 * roll it back anyway, and half a piece of work is worse than none. After its end they are refused too, since a statement outside of a
 * transaction would be kept at once.
 */
export class OpenTransaction implements Queries {
  readonly #statements: Statements;
  #failure: { readonly error: unknown } | undefined;
  #isOver = false;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  all(sql: string, values: readonly SqlValue[] = []): Promise<readonly SqlRow[]> {
    return this.#guarded(() => this.#statements.all(sql, values), values);
  }

  run(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    return this.#guarded(() => this.#statements.run(sql, values), values);
  }

  /** No statement comes after this. */
  close(): void {
    this.#isOver = true;
  }

  /** Ends it, before it is kept. @throws the first error of a statement, also one that the work has swallowed */
  end(): void {
    this.close();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #guarded<T>(work: () => Promise<T>, values: readonly SqlValue[]): Promise<T> {
    if (this.#isOver)
      throw new AditError('ADIT_LEDGER_DATABASE', 'a statement came after the end of its transaction');
    if (this.#failure !== undefined) throw this.#failure.error;
    try {
      checkValues(values);
      return await work();
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  }
}
