import { PAGE_ROWS } from '../database/pages.ts';
import { BOOKS_SCHEMA } from '../database/schema/books.ts';
import { PAYOUTS_SCHEMA } from '../database/schema/payouts.ts';
import { PPS_SCHEMA } from '../database/schema/pps.ts';
import { SEALS_SCHEMA } from '../database/schema/seals.ts';
import { SHARES_SCHEMA } from '../database/schema/shares.ts';

/** A table whose rows are sealed. */
export interface SealedTable {
  readonly name: string;
  /** What a seal covers, in the order in which digests have it. */
  readonly columns: readonly string[];
  /** The primary key. */
  readonly key: readonly string[];
  /** Rows with one value of these columns are written by one transaction, in the order of their key, and have one digest. */
  readonly group: readonly string[] | undefined;
  /** Rows that are read at once: those with bytes are large. */
  readonly pageRows: number;
}

/**
 * Tables without a seal of their own. The lease changes all the time, and moves no money. Entries have a chain of digests, which covers
 * their lines and what they take back; balances follow from lines (I3). The others are what seals consist of.
 */
const UNSEALED: ReadonlySet<string> = new Set([
  'lease',
  'entry',
  'entry_reversal',
  'posting',
  'balance',
  'seal',
  'seal_log',
]);

/** Since when an account is due only orders payees, and is noted anew by those who read it. */
const LOOSE: ReadonlySet<string> = new Set(['account.due_since_ms']);

/** A round of 10,000 accounts is one digest: with one for each row, crediting it would cost noticeably more. */
const GROUPS: ReadonlyMap<string, readonly string[]> = new Map([
  ['round_part', ['chain', 'hash', 'generation']],
]);

/** A slice has up to some 100 KB. */
const PAGE_ROWS_WITH_BYTES = 20;

const LISTED_KEY = /^PRIMARY\sKEY\s\((.*)\)$/;
const OWN_KEY = /\sPRIMARY\sKEY\b/;
const CREATE = /^CREATE TABLE (\w+) \((.*)\)$/s;

/** Every table of the ledger that is sealed, by its name. A table that is added to the schema is sealed by itself. */
export const SEALED_TABLES: ReadonlyMap<string, SealedTable> = new Map(
  [BOOKS_SCHEMA, SHARES_SCHEMA, PAYOUTS_SCHEMA, PPS_SCHEMA, SEALS_SCHEMA]
    .flat()
    .flatMap((statement) => tableIn(statement) ?? [])
    .filter(({ name }) => !UNSEALED.has(name))
    .map((table) => [table.name, table]),
);

/** Whether a change of the column leaves the seal as it is. */
export function isLoose(table: string, column: string): boolean {
  return LOOSE.has(`${table}.${column}`);
}

function tableIn(statement: string): SealedTable | undefined {
  const [, name, body] = CREATE.exec(statement) ?? [];
  if (name === undefined || body === undefined) return undefined;
  const parts = body.split(/,(?![^(]*\))/).map((part) => part.trim());
  const columns: string[] = [];
  let key: readonly string[] = [];
  let hasBytes = false;
  for (const part of parts) {
    const [first = ''] = part.split(' ');
    const listed = LISTED_KEY.exec(part)?.[1];
    if (listed !== undefined) key = listed.split(', ');
    if (/^(?:PRIMARY|UNIQUE|FOREIGN)$/.test(first)) continue;
    if (OWN_KEY.test(part)) key = [first];
    hasBytes ||= part.includes(' BLOB');
    if (!isLoose(name, first)) columns.push(first);
  }
  const pageRows = hasBytes ? PAGE_ROWS_WITH_BYTES : PAGE_ROWS;
  return { name, columns, key, group: GROUPS.get(name), pageRows };
}
