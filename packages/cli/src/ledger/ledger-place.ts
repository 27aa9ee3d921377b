import path from 'node:path';
import {
  BooksGuard,
  HeadFile,
  type LedgerDatabase,
  type LedgerReader,
  PostgresqlDatabase,
  type PostgresqlOptions,
  SqliteDatabase,
  shownPostgresql,
} from '@adit/ledger';
import { isPostgresql } from '../config/postgresql-url.ts';
import type { Config } from '../config/schema.ts';
import { secretOf } from '../config/secret.ts';
import { booksFile } from './books-of.ts';

/** Where the books of a configuration are. */
export type LedgerPlace =
  | { readonly kind: 'sqlite' /** Absolute. */; readonly file: string }
  | {
      readonly kind: 'postgresql';
      readonly options: PostgresqlOptions;
      /** The address without a password, for people and for `pg_dump`. */
      readonly shown: string;
    };

/** @throws AditError `ADIT_SECRET_FILE`, `ADIT_SECRET_ENV` */
export function ledgerPlace(config: Pick<Config, 'data' | 'ledger'>, configFile: string): LedgerPlace {
  const { database, password_file: passwordFile } = config.ledger;
  if (!isPostgresql(database))
    return { kind: 'sqlite', file: booksFile(database, { data: config.data, configFile }) };
  const password = secretOf(config.ledger, '[ledger]');
  const secret = passwordFile === undefined ? (password === undefined ? {} : { password }) : { passwordFile };
  return {
    kind: 'postgresql',
    options: { url: database, ...secret },
    shown: shownPostgresql({ url: database }),
  };
}

/** Where the books are, for people. */
export function shownPlace(place: LedgerPlace): string {
  return place.kind === 'sqlite' ? place.file : place.shown;
}

/** A guard of books that are open, with the file beside them, which an editor of the database does not reach. */
export function guardOf(
  database: LedgerDatabase,
  place: LedgerPlace,
  { data }: Pick<Config, 'data'>,
): BooksGuard {
  const file = place.kind === 'sqlite' ? `${place.file}.seal` : path.join(data, 'ledger.seal');
  return new BooksGuard({ database, head: new HeadFile(file), steadyMs: () => performance.now() });
}

/** Opens the books, and makes them where there are none. @throws AditError of the database */
export function openBooks(place: LedgerPlace): Promise<LedgerDatabase> {
  return place.kind === 'sqlite' ? SqliteDatabase.open(place.file) : PostgresqlDatabase.open(place.options);
}

/** Opens books that are there for a program that only shows them. @throws AditError of the database; `ADIT_LEDGER_VERSION` for older books */
export function openBooksReader(place: LedgerPlace): Promise<LedgerReader> {
  return place.kind === 'sqlite'
    ? SqliteDatabase.openReader(place.file)
    : PostgresqlDatabase.openReader(place.options);
}
