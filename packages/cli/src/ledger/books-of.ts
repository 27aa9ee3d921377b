import path from 'node:path';
import { shownPostgresql } from '@adit/ledger';
import type { Books } from '../backup/ledger-part.ts';
import { DEFAULT_BOOKS } from '../config/ledger-schema.ts';
import { placesOf } from '../config/pool-places.ts';
import { isPostgresql, isPostgresqlUrl } from '../config/postgresql-url.ts';
import { readToml } from '../config/toml-file.ts';

/**
 * Where a file says that the books are, for commands that work with a file whose rest may be wrong.
 * @throws AditError `ADIT_BAD_CONFIG` if it is not TOML or cannot be read
 */
export function booksOf(configFile: string): Books {
  const { ledger } = readToml(configFile) as { readonly ledger?: { readonly database?: unknown } };
  const database = ledger?.database;
  const { data } = placesOf(configFile);
  if (typeof database !== 'string' || database === '')
    return { kind: 'sqlite', file: path.join(data, DEFAULT_BOOKS) };
  if (!isPostgresql(database)) return { kind: 'sqlite', file: booksFile(database, { data, configFile }) };
  // One that is wrong may have a password in it.
  const shown = isPostgresqlUrl(database) ? shownPostgresql({ url: database }) : 'postgresql://...';
  return { kind: 'postgresql', shown };
}

/** The absolute path of the books. A name without a path lies in the data folder. */
export function booksFile(
  database: string,
  { data, configFile }: { readonly data: string; readonly configFile: string },
): string {
  const isName = path.basename(database) === database;
  return path.resolve(isName ? data : path.dirname(path.resolve(configFile)), database);
}
