import { existsSync } from 'node:fs';
import { type BooksGuard, inspectPostgresql, type LedgerDatabase } from '@adit/ledger';
import { AditError } from '@adit/primitives';
import { rewardAddressFaults } from '../check/reward-addresses.ts';
import { configError } from '../config/faults.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { type LedgerChain, ledgerChains } from './ledger-chains.ts';
import { guardOf, type LedgerPlace, ledgerPlace, openBooks, shownPlace } from './ledger-place.ts';

/** A ledger that is open, and the configuration that it belongs to. */
export interface OpenLedger {
  readonly config: Config;
  readonly database: LedgerDatabase;
  readonly guard: BooksGuard;
  readonly chains: readonly LedgerChain[];
}

/** The configuration of a ledger, and where its books are. */
export interface LedgerConfig {
  readonly config: Config;
  readonly chains: readonly LedgerChain[];
  readonly place: LedgerPlace;
}

/** @throws AditError `ADIT_NO_LEDGER` without a chain that has money; `ADIT_SECRET_FILE`, `ADIT_SECRET_ENV`; as `loadConfig` */
export async function ledgerConfig(configFile: string): Promise<LedgerConfig> {
  const config = loadConfig(configFile);
  const faults = await rewardAddressFaults(config);
  if (faults.length > 0) throw configError(configFile, faults);
  const chains = ledgerChains(config);
  if (chains.length > 0) return { config, chains, place: ledgerPlace(config, configFile) };
  throw new AditError(
    'ADIT_NO_LEDGER',
    `${configFile} has no [chain.money]: add it to each chain whose money the ledger should keep`,
  );
}

/** Opens books that are there already, beside a ledger that may be running. @throws AditError `ADIT_NO_LEDGER` */
async function openLedger(configFile: string): Promise<OpenLedger> {
  const { config, chains, place } = await ledgerConfig(configFile);
  if (await hasBooks(place)) {
    const database = await openBooks(place);
    return { config, chains, database, guard: guardOf(database, place, config) };
  }
  throw new AditError(
    'ADIT_NO_LEDGER',
    `there is no ledger at ${shownPlace(place)} yet: \`adit pool\` or \`adit ledger run\` makes it`,
  );
}

/** A command that only looks must not make books. Where nothing answers, opening them says why. */
export async function hasBooks(place: LedgerPlace): Promise<boolean> {
  if (place.kind === 'sqlite') return existsSync(place.file);
  const facts = await inspectPostgresql(place.options);
  return facts.kind !== 'asked' || facts.ledger > 0;
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
