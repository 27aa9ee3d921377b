import { checkAccountId } from '@adit/money';
import { AditError } from '@adit/primitives';
import { numberOf, textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';
import { marks, slicesOf } from '../database/slices.ts';

/**
 * Who holds shares of accounts without a usable name (empty, or longer than 512 characters), which only old journals have. A person
 * gives what it earns to somebody.
 */
export const UNNAMED_ACCOUNT = '(unnamed)';

/** @returns the name, or {@link UNNAMED_ACCOUNT} where no account can have it */
export function usableName(name: string): string {
  try {
    checkAccountId(name);
    return name;
  } catch (error) {
    if (error instanceof AditError) return UNNAMED_ACCOUNT;
    throw error;
  }
}

/** Names of a chain that are kept: a few megabytes. A busy pool has some ten thousand accounts. */
const MAX_KEPT = 50_000;

/** The numbers by which slices know accounts. They are given once, within the transaction that stores the first share. */
export class ShareAccounts {
  /** By chain and name. */
  readonly #ids = new Map<string, Map<string, number>>();
  /** Of the transaction under way. It may be undone, or run again. */
  #fresh = new Map<string, Map<string, number>>();

  /** Begins the work of a transaction: what an earlier one gave and did not keep does not count. */
  begin(): void {
    this.#fresh = new Map();
  }

  /** The transaction was kept. */
  keep(): void {
    for (const [chain, fresh] of this.#fresh) {
      const kept = namesIn(this.#ids, chain);
      if (kept.size > MAX_KEPT) kept.clear();
      for (const [name, id] of fresh) kept.set(name, id);
    }
    this.#fresh = new Map();
  }

  /** The numbers of accounts; those that have none get one. */
  async idsOf(
    queries: Queries,
    chain: string,
    names: ReadonlySet<string>,
  ): Promise<ReadonlyMap<string, number>> {
    const kept = namesIn(this.#ids, chain);
    const given = namesIn(this.#fresh, chain);
    const found = new Map<string, number>();
    const unknown: string[] = [];
    for (const name of names) {
      const id = kept.get(name) ?? given.get(name);
      if (id === undefined) unknown.push(name);
      else found.set(name, id);
    }
    for (const slice of slicesOf(unknown)) {
      const sql = `SELECT id, name FROM share_account WHERE chain = ? AND name IN (${marks(slice.length)})`;
      for (const row of await queries.all(sql, [chain, ...slice]))
        found.set(textOf(row, 'name'), numberOf(row, 'id'));
    }
    const fresh = unknown.filter((name) => !found.has(name));
    if (fresh.length > 0) {
      const [last] = await queries.all(
        'SELECT id FROM share_account WHERE chain = ? ORDER BY id DESC LIMIT 1',
        [chain],
      );
      let id = last === undefined ? 0 : numberOf(last, 'id');
      for (const name of fresh) {
        id += 1;
        found.set(name, id);
        await queries.run('INSERT INTO share_account (chain, id, name) VALUES (?, ?, ?)', [chain, id, name]);
      }
    }
    for (const name of unknown) given.set(name, found.get(name) ?? 0);
    return found;
  }
}

function namesIn(chains: Map<string, Map<string, number>>, chain: string): Map<string, number> {
  const known = chains.get(chain);
  if (known !== undefined) return known;
  const names = new Map<string, number>();
  chains.set(chain, names);
  return names;
}

/** @returns the names of accounts by their numbers */
export async function accountNames(
  queries: Queries,
  chain: string,
  ids: ReadonlySet<number>,
): Promise<ReadonlyMap<number, string>> {
  const names = new Map<number, string>();
  for (const slice of slicesOf([...ids])) {
    const sql = `SELECT id, name FROM share_account WHERE chain = ? AND id IN (${marks(slice.length)})`;
    for (const row of await queries.all(sql, [chain, ...slice]))
      names.set(numberOf(row, 'id'), textOf(row, 'name'));
  }
  return names;
}
