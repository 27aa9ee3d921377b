import { z } from 'zod';
import { address, number, ownFile } from './values.ts';
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
  database: ownFile
    .default('ledger.db')
    .meta(upgrade('SQLite file of the books; a name without a path lies in the data folder')),
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
