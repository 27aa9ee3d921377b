import { AditError } from '@adit/primitives';
import { sealAll } from '../seals/seal-all.ts';
import type { Queries } from './ledger-database.ts';
import { BOOKS_SCHEMA } from './schema/books.ts';
import { PAYOUTS_SCHEMA } from './schema/payouts.ts';
import { PPS_SCHEMA } from './schema/pps.ts';
import { SEALS_SCHEMA } from './schema/seals.ts';
import { SHARES_SCHEMA } from './schema/shares.ts';

/** The statements that lead from each version to the next one; the first list makes a new database. They only ever go forward. */
export const MIGRATIONS: readonly (readonly string[])[] = [
  [
    'CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)',
    "INSERT INTO meta (name, value) VALUES ('version', '0')",
    ...BOOKS_SCHEMA,
    ...SHARES_SCHEMA,
    ...PAYOUTS_SCHEMA,
  ],
  PPS_SCHEMA,
  SEALS_SCHEMA,
];

/** The first version that has seals. */
const FIRST_SEALED = 3;

/** The version that this program writes. */
export const LEDGER_VERSION = MIGRATIONS.length;

/**
 * Brings a database to the version of this program, within the caller's transaction.
 * @param version that it has; 0 if it is empty
 * @throws AditError `ADIT_LEDGER_VERSION` for a database of a newer program, or of another one: nothing was changed
 */
export async function migrate(queries: Queries, version: number): Promise<void> {
  if (!Number.isSafeInteger(version) || version < 0 || version > LEDGER_VERSION)
    throw new AditError(
      'ADIT_LEDGER_VERSION',
      `the ledger has version ${version}, and this program knows versions up to ${LEDGER_VERSION}; nothing was changed`,
    );
  if (version === LEDGER_VERSION) return;
  for (const statements of MIGRATIONS.slice(version))
    for (const statement of statements) await queries.run(statement);
  // Books of a version without seals are sealed as they stand.
  if (version < FIRST_SEALED) await sealAll(queries);
  await queries.run("UPDATE meta SET value = ? WHERE name = 'version'", [String(LEDGER_VERSION)]);
}

/**
 * Refuses a database that a reader cannot read as it is. To migrate it is for the program that writes it: an older one may be running.
 * @throws AditError `ADIT_LEDGER_VERSION`
 */
export function requireVersion(version: number): void {
  if (version === LEDGER_VERSION) return;
  throw new AditError(
    'ADIT_LEDGER_VERSION',
    `the ledger has version ${version}, and this program reads version ${LEDGER_VERSION}; the ledger of this program brings older books to it when it starts`,
  );
}
