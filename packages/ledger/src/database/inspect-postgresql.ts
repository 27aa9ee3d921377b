import { messageOf } from '@adit/primitives';
import { numberOf, textOf } from './cells.ts';
import type { PostgresqlOptions } from './postgresql-address.ts';
import { PostgresqlConnection } from './postgresql-connection.ts';
import { versionOf } from './postgresql-database.ts';
import { isDatabaseGone } from './postgresql-errors.ts';

/** What a PostgreSQL server says of a ledger's database. Nothing is changed by asking. */
export type PostgresqlFacts =
  | {
      readonly kind: 'asked';
      /** As the server writes it: `15.8`. */
      readonly server: string;
      readonly user: string;
      /** The version of the ledger in it; 0 for a database without one. */
      readonly ledger: number;
      /** Why a ledger cannot be written there; empty where it can. */
      readonly faults: readonly string[];
    }
  /** It cannot be reached now, which may pass. */
  | { readonly kind: 'gone'; readonly detail: string }
  /** It answers, and lets nobody in like this, or is not fit for a ledger. */
  | { readonly kind: 'refused'; readonly detail: string };

/** Connects as a ledger would, and asks for version and rights. @throws AditError `ADIT_BAD_URL` */
export async function inspectPostgresql(options: PostgresqlOptions): Promise<PostgresqlFacts> {
  let connection: PostgresqlConnection;
  try {
    connection = await PostgresqlConnection.open(options);
  } catch (error) {
    const kind = isDatabaseGone(error) ? 'gone' : 'refused';
    return { kind, detail: messageOf(error) };
  }
  try {
    await connection.command('BEGIN READ ONLY');
    return await connection.inBegun(async (queries) => {
      const [row = {}] = await queries.all(
        `SELECT current_setting('server_version') AS server, current_user::text AS user_name, pg_is_in_recovery() AS is_standby,
           coalesce(current_schema()::text, '') AS schema_name,
           coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS may_create,
           current_setting('default_transaction_read_only') AS read_only`,
      );
      const ledger = await versionOf(queries);
      const tables =
        ledger === 0
          ? []
          : await queries.all(
              `SELECT relname::text AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
                 AND NOT (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
                   AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE')) ORDER BY relname LIMIT 1`,
            );
      const user = textOf(row, 'user_name');
      const schema = textOf(row, 'schema_name');
      const faults = [
        ...(numberOf(row, 'is_standby') === 1 ? ['the server is a standby, which nobody can write to'] : []),
        ...(textOf(row, 'read_only') === 'on' ? ['default_transaction_read_only is on'] : []),
        ...(ledger === 0 && numberOf(row, 'may_create') !== 1
          ? [
              `${user} may not make tables in ${schema === '' ? 'any schema of its search_path' : `the schema ${schema}`}`,
            ]
          : []),
        ...tables.map((table) => `${user} may not write the table ${textOf(table, 'name')}`),
      ];
      return { kind: 'asked', server: textOf(row, 'server'), user, ledger, faults };
    });
  } catch (error) {
    return { kind: isDatabaseGone(error) ? 'gone' : 'refused', detail: messageOf(error) };
  } finally {
    await connection.close();
  }
}
