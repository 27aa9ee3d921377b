import { existsSync } from 'node:fs';
import path from 'node:path';
import { type LedgerDatabase, SqliteDatabase } from '@adit/ledger';
import { AditError } from '@adit/primitives';
import { ledgerSchema } from '../config/ledger-schema.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { type LedgerChain, ledgerChains } from './ledger-chains.ts';

/** A ledger that is open, and the configuration that it belongs to. */
export interface OpenLedger {
  readonly config: Config;
  readonly database: LedgerDatabase;
  readonly chains: readonly LedgerChain[];
}

/** The path of the database's file. A name without a path lies in the data folder. */
export function ledgerFile({ data, ledger }: Pick<Config, 'data' | 'ledger'>, configFile: string): string {
  const { database } = ledger ?? ledgerSchema.parse({});
  const isName = path.basename(database) === database;
  return path.resolve(isName ? data : path.dirname(path.resolve(configFile)), database);
}

/**
 * Opens the ledger of a configuration that exists already, beside a ledger that may be running.
 * @throws AditError `ADIT_NO_LEDGER` where there is none; as `loadConfig` and the database
 */
async function openLedger(configFile: string): Promise<OpenLedger> {
  const config = loadConfig(configFile);
  const chains = ledgerChains(config);
  if (chains.length === 0)
    throw new AditError(
      'ADIT_NO_LEDGER',
      `${configFile} has no [chain.money]: add it to each chain whose money the ledger should keep`,
    );
  const file = ledgerFile(config, configFile);
  if (!existsSync(file))
    throw new AditError(
      'ADIT_NO_LEDGER',
      `there is no ledger at ${file} yet: \`adit pool\` or \`adit ledger run\` makes it`,
    );
  return { config, chains, database: await SqliteDatabase.open(file) };
}

/**
 * Does something with the ledger of a configuration, and closes it.
 * @throws what the work throws
 */
export async function withLedger<T>(
  configFile: string,
  work: (ledger: OpenLedger) => Promise<T>,
): Promise<T> {
  const ledger = await openLedger(configFile);
  try {
    return await work(ledger);
  } finally {
    await ledger.database.close();
  }
}

/**
 * The chain that a command is about.
 * @param name network, or the chain's name in the configuration; may be left out where there is one chain only
 * @throws AditError `ADIT_BAD_OPTION`
 */
export function chainNamed(chains: readonly LedgerChain[], name: string | undefined): LedgerChain {
  const [only, ...more] = chains;
  if (name === undefined && only !== undefined && more.length === 0) return only;
  const found = chains.find(({ network, chain }) => network === name || chain.name === name);
  if (found !== undefined) return found;
  const names = chains.map(({ network }) => network).join(', ');
  throw new AditError(
    'ADIT_BAD_OPTION',
    name === undefined
      ? `--chain: expected one of ${names}`
      : `--chain: found ${name}, expected one of ${names}`,
  );
}
