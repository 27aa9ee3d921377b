import { z } from 'zod';
import { number, secretFile, whole } from './values.ts';
import { upgrade } from './when.ts';

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
  database: z
    .string()
    .min(1)
    .max(4_000)
    .default('ledger.db')
    .meta(
      upgrade(
        'SQLite file, which lies in the data folder if it is a name without a path, or postgresql://user@host:port/name',
      ),
    ),
  password_file: secretFile
    .optional()
    .meta(
      upgrade('file with the password of the PostgreSQL user, which only the user of the ledger may read'),
    ),
  settle_seconds: number(5, 3_600)
    .default(60)
    .meta(upgrade('age from which a share is numbered; a share that its journal brings later counts later')),
  retention_days: whole(1, 3_650)
    .default(30)
    .meta(upgrade('age from which `adit ledger archive` may move a journal that is accounted for')),
});
