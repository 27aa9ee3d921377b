import type { Queries, SqlRow, SqlValue } from '../database/ledger-database.ts';
import { Turns } from '../database/turns.ts';
import { newestAudit, newestEntry } from './chain-ends.ts';
import { changedSum, NO_ROWS, RowAdder, type TableSum } from './row-digest.ts';
import { readSeals, sealOf, sumIn, writeSeals } from './seal-store.ts';
import type { SealedTable } from './sealed-tables.ts';
import { tableSum } from './table-sum.ts';
import { type RowShape, type Write, writeIn } from './write-statement.ts';

/** Statements whose form is remembered. The ledger has fewer; the bound is for statements that are built. */
const MAX_STATEMENTS = 500;
const NEW_ENTRY = /^INSERT\sINTO\sentry\s/;
const NEW_AUDIT = /^INSERT\sINTO\saudit\s/;

/** Keeps the seals of one database. */
export class Sealer {
  /** What a statement does follows from its text alone. */
  readonly #known = new Map<string, Write | undefined>();

  /**
   * Runs the work of a transaction, and brings the seals along with each row that it writes. What was changed by anybody else stays
   * outside of the seals, and is noticed when rows are added up.
   */
  async run<T>(queries: Queries, work: (queries: Queries) => Promise<T>): Promise<T> {
    const sealing = new SealingQueries(queries, (sql) => this.#write(sql));
    const result = await work(sealing);
    await sealing.finish();
    return result;
  }

  #write(sql: string): Write | undefined {
    if (this.#known.has(sql)) return this.#known.get(sql);
    const write = writeIn(sql);
    if (this.#known.size >= MAX_STATEMENTS) this.#known.clear();
    this.#known.set(sql, write);
    return write;
  }
}

class SealingQueries implements Queries {
  readonly #queries: Queries;
  readonly #writeOf: (sql: string) => Write | undefined;
  readonly #turns = new Turns();
  readonly #added = new Map<SealedTable, RowAdder>();
  readonly #removed = new Map<SealedTable, RowAdder>();
  /** Tables that were added up as a whole: what they held before and behind a statement. */
  readonly #whole = new Map<SealedTable, TableSum>();
  #entries = 0;
  #audited = 0;

  constructor(queries: Queries, writeOf: (sql: string) => Write | undefined) {
    this.#queries = queries;
    this.#writeOf = writeOf;
  }

  all(sql: string, values: readonly SqlValue[] = []): Promise<readonly SqlRow[]> {
    const write = this.#writeOf(sql);
    if (write === undefined) return this.#queries.all(sql, values);
    return this.#turns.take(() => this.#other(write.table, () => this.#queries.all(sql, values)));
  }

  run(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    if (NEW_ENTRY.test(sql)) this.#entries += 1;
    else if (NEW_AUDIT.test(sql)) this.#audited += 1;
    const write = this.#writeOf(sql);
    if (write === undefined) return this.#queries.run(sql, values);
    return this.#turns.take(() => this.#write(write, sql, values));
  }

  /** Writes the seals. No statement of the work comes after this. */
  async finish(): Promise<void> {
    const tables = new Set([...this.#added.keys(), ...this.#removed.keys(), ...this.#whole.keys()]);
    if (tables.size + this.#entries === 0) return;
    const before = await readSeals(this.#queries);
    const changed = new Map<string, { readonly rows: number; readonly digest: string }>();
    for (const table of tables) {
      const added = this.#added.get(table)?.sum() ?? NO_ROWS;
      const removed = this.#removed.get(table)?.sum() ?? NO_ROWS;
      const whole = this.#whole.get(table) ?? NO_ROWS;
      const sum = changedSum(changedSum(sumIn(before, table.name), added, removed), whole, NO_ROWS);
      const seal = sealOf(sum);
      const old = before.get(table.name);
      if (old?.rows !== seal.rows || old.digest !== seal.digest) changed.set(table.name, seal);
    }
    if (this.#entries > 0) {
      const rows = (before.get('entry')?.rows ?? 0) + this.#entries;
      changed.set('entry', { rows, digest: (await newestEntry(this.#queries)).digest });
    }
    if (this.#audited > 0) {
      const rows = (before.get('audit_chain')?.rows ?? 0) + this.#audited;
      changed.set('audit_chain', { rows, digest: (await newestAudit(this.#queries)).digest });
    }
    if (changed.size > 0) await writeSeals(this.#queries, before, changed);
  }

  async #write(write: Write, sql: string, values: readonly SqlValue[]): Promise<number> {
    const { table } = write;
    switch (write.kind) {
      case 'insert': {
        const count = await this.#queries.run(sql, values);
        const adder = adderOf(this.#added, table);
        for (const row of write.rows) adder.add(rowIn(row, values));
        return count;
      }
      case 'insert_new':
        // Only the rows that were new come back.
        return this.#count(this.#added, table, await this.#queries.all(`${sql} RETURNING *`, values));
      case 'upsert': {
        const read = () => this.#byKey(table, write.rows, values);
        this.#count(this.#removed, table, await read());
        const count = await this.#queries.run(sql, values);
        this.#count(this.#added, table, await read());
        return count;
      }
      case 'update':
      case 'delete':
        return this.#change(write, sql, values);
      case 'other':
        return this.#other(table, () => this.#queries.run(sql, values));
    }
  }

  async #change(
    { table, where, skip, kind }: Extract<Write, { kind: 'update' | 'delete' }>,
    sql: string,
    values: readonly SqlValue[],
  ): Promise<number> {
    if (table.group !== undefined) return this.#other(table, () => this.#queries.run(sql, values));
    const before = await this.#queries.all(
      `SELECT ${table.columns.join(', ')} FROM ${table.name} ${where}`,
      values.slice(skip),
    );
    if (before.length === 0) return this.#queries.run(sql, values);
    this.#count(this.#removed, table, before);
    if (kind === 'delete') return this.#queries.run(sql, values);
    return this.#count(this.#added, table, await this.#queries.all(`${sql} RETURNING *`, values));
  }

  /** Statements of the ledger have the forms above. For others the difference is taken, so that it hides nothing that was there before. */
  async #other<T>(table: SealedTable, work: () => Promise<T>): Promise<T> {
    const before = await tableSum(this.#queries, table);
    const result = await work();
    const change = changedSum(await tableSum(this.#queries, table), NO_ROWS, before);
    this.#whole.set(table, changedSum(this.#whole.get(table) ?? NO_ROWS, change, NO_ROWS));
    return result;
  }

  #byKey(
    table: SealedTable,
    rows: readonly RowShape[],
    values: readonly SqlValue[],
  ): Promise<readonly SqlRow[]> {
    const { key, columns, name } = table;
    const wanted = rows.flatMap((row) => {
      const full = rowIn(row, values);
      return key.map((column) => full[column] ?? null);
    });
    const one = `(${key.map((column) => `${column} = ?`).join(' AND ')})`;
    const where = new Array(rows.length).fill(one).join(' OR ');
    return this.#queries.all(`SELECT ${columns.join(', ')} FROM ${name} WHERE ${where}`, wanted);
  }

  #count(into: Map<SealedTable, RowAdder>, table: SealedTable, rows: readonly SqlRow[]): number {
    const adder = adderOf(into, table);
    for (const row of rows) adder.add(row);
    return rows.length;
  }
}

function adderOf(adders: Map<SealedTable, RowAdder>, table: SealedTable): RowAdder {
  const adder = adders.get(table) ?? new RowAdder(table);
  adders.set(table, adder);
  return adder;
}

function rowIn(shape: RowShape, values: readonly SqlValue[]): SqlRow {
  const row: Record<string, SqlValue> = {};
  for (const [column, place] of shape)
    row[column] = typeof place === 'number' ? (values[place] ?? null) : place.constant;
  return row;
}
