import { existsSync } from 'node:fs';
import path from 'node:path';
import { type LedgerDatabase, SqliteDatabase } from '@adit/ledger';
import { AditError } from '@adit/primitives';
import { rewardAddressFaults } from '../check/reward-addresses.ts';
import { configError } from '../config/faults.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { type LedgerChain, ledgerChains } from './ledger-chains.ts';

/** A ledger that is open, and the configuration that it belongs to. */
export interface OpenLedger {
  readonly config: Config;
  readonly database: LedgerDatabase;
  readonly chains: readonly LedgerChain[];
}

/** The configuration of a ledger, and where its books are. */
export interface LedgerConfig {
  readonly config: Config;
  readonly chains: readonly LedgerChain[];
  /** Absolute. */
  readonly file: string;
}

/** @throws AditError `ADIT_NO_LEDGER` without a chain that has money; as `loadConfig` */
export async function ledgerConfig(configFile: string): Promise<LedgerConfig> {
  const config = loadConfig(configFile);
  const faults = await rewardAddressFaults(config);
  if (faults.length > 0) throw configError(configFile, faults);
  const chains = ledgerChains(config);
  if (chains.length > 0) return { config, chains, file: ledgerFile(config, configFile) };
  throw new AditError(
    'ADIT_NO_LEDGER',
    `${configFile} has no [chain.money]: add it to each chain whose money the ledger should keep`,
  );
}

/** A name without a path lies in the data folder. */
function ledgerFile({ data, ledger: { database } }: Config, configFile: string): string {
  const isName = path.basename(database) === database;
  return path.resolve(isName ? data : path.dirname(path.resolve(configFile)), database);
}

/** Opens books that are there already, beside a ledger that may be running. @throws AditError `ADIT_NO_LEDGER` */
async function openLedger(configFile: string): Promise<OpenLedger> {
  const { config, chains, file } = await ledgerConfig(configFile);
  if (existsSync(file)) return { config, chains, database: await SqliteDatabase.open(file) };
  throw new AditError(
    'ADIT_NO_LEDGER',
    `there is no ledger at ${file} yet: \`adit pool\` or \`adit ledger run\` makes it`,
  );
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
