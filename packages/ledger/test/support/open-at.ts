import { type LedgerDatabase, PostgresqlDatabase, SqliteDatabase } from '@adit/ledger';

/** Opens a ledger by a URL of PostgreSQL, or by the path of a file. */
export function openAt(place: string): Promise<LedgerDatabase> {
  return place.startsWith('postgresql:')
    ? PostgresqlDatabase.open({ url: place })
    : SqliteDatabase.open(place);
}
