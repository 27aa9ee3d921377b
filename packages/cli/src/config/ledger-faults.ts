import type { Fault } from './faults.ts';
import { isPostgresql } from './postgresql-url.ts';
import type { Config } from './schema.ts';

/** Files of the pool that no books may be written to. */
const TAKEN: ReadonlySet<string> = new Set(['leases.db', 'bans.db']);

/** Faults of `[ledger]` that no key shows alone. */
export function ledgerFaults({
  ledger: { database, password_file: file, password_env: variable },
}: Pick<Config, 'ledger'>): readonly Fault[] {
  if (file !== undefined && variable !== undefined)
    return [{ key: 'ledger', message: 'expected either password_file or password_env' }];
  if (isPostgresql(database)) return [];
  if (TAKEN.has(database))
    return [
      { key: 'ledger.database', message: 'found a file of the pool; expected another name for the books' },
    ];
  const given = file === undefined ? (variable === undefined ? undefined : 'password_env') : 'password_file';
  return given === undefined
    ? []
    : [
        {
          key: `ledger.${given}`,
          message: 'a file of SQLite has no password; expected it beside a postgresql:// database',
        },
      ];
}
