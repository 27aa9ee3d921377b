import { z } from 'zod';
import { DEFAULT_ARCHIVE } from './archive-place.ts';
import { address, books, folder, number, secretFile, variable } from './values.ts';
import { live, upgrade } from './when.ts';

export const DEFAULT_BOOKS = 'ledger.db';

/** The ledger of all chains: what it is kept in, and which process keeps it. */
export const ledgerSchema = z.strictObject({
  run: z
    .enum(['beside', 'alone', 'off'])
    .default('beside')
    .meta(
      upgrade(
        'beside: `adit pool` runs the ledger in a process of its own; alone: you run `adit ledger run`; off: nobody keeps books',
      ),
    ),
  database: books
    .default(DEFAULT_BOOKS)
    .meta(
      upgrade(
        'SQLite file of the books; a name without a path lies in the data folder. Or a database of PostgreSQL 15 or newer: postgresql://user@host:5432/database',
      ),
    ),
  password_file: secretFile
    .optional()
    .meta(upgrade('file with the password for PostgreSQL, which only the user of the pool may read')),
  password_env: variable
    .optional()
    .meta(upgrade('environment variable with that password, instead of password_file')),
  archive: folder
    .default(DEFAULT_ARCHIVE)
    .meta(
      live(
        'folder for journals that `adit ledger archive` has packed; a name without a path lies in the data folder',
      ),
    ),
  archive_days: number(1, 3_650)
    .default(30)
    .meta(live('age of its newest share from which a journal may be archived')),
  listen: address
    .default('127.0.0.1:9343')
    .meta(
      upgrade(
        "host:port for metrics of the ledger's process; enabled and allowed_hosts of [admin] count for it, too",
      ),
    ),
  settle_seconds: number(5, 3_600)
    .default(60)
    .meta(upgrade('age from which a share is numbered; a share that its journal brings later counts later')),
});
