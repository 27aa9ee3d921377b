import { mkdirSync } from 'node:fs';
import { SqliteDatabase } from '@adit/ledger';
import { AditError, messageOf } from '@adit/primitives';
import { familyOf } from '../../config/families.ts';
import { loadConfig } from '../../config/load.ts';
import { untilStopped } from '../../exit.ts';
import { LEDGER_FAMILIES } from '../../ledger/chain-families.ts';
import { ledgerChains } from '../../ledger/ledger-chains.ts';
import type { ChainModules } from '../../ledger/ledger-modules.ts';
import { LedgerService } from '../../ledger/ledger-service.ts';
import { ledgerFile } from '../../ledger/open-ledger.ts';
import { EventLog } from '../../log/event-log.ts';
import type { LedgerEvent } from '../../log/ledger-event.ts';
import { makeLogger } from '../../log/logger.ts';

/** `adit ledger run`: keeps the books until SIGINT or SIGTERM. */
export async function runLedger(options: { readonly config: string }): Promise<void> {
  const config = loadConfig(options.config);
  const chains = ledgerChains(config);
  if (chains.length === 0)
    throw new AditError(
      'ADIT_NO_LEDGER',
      `${options.config} has no [chain.money]: add it to each chain whose money the ledger should keep`,
    );
  const stopped = untilStopped();
  const log = new EventLog(makeLogger(config.log));
  const onEvent = (event: LedgerEvent) => log.write(event);
  mkdirSync(config.data, { recursive: true });
  const database = await SqliteDatabase.open(ledgerFile(config, options.config));
  const chainModules = new Map<string, ChainModules>();
  const service = new LedgerService({ config, chains }, { database, chainModules, onEvent });
  try {
    for (const chain of chains) {
      const read: SqliteDatabase['read'] = (work) => database.read(work);
      const parts = { chain, dataFolder: config.data, read };
      chainModules.set(chain.network, LEDGER_FAMILIES[familyOf(chain.chain).kind](parts));
    }
    await Promise.race([service.start(), stopped]);
    await Promise.race([service.ended, stopped]);
  } catch (error) {
    const code = error instanceof AditError ? error.code : undefined;
    onEvent({ kind: 'ledger_problem', cause: 'ended', chain: undefined, code, detail: messageOf(error) });
    throw error;
  } finally {
    await service.stop();
    for (const modules of chainModules.values()) modules.close();
    await database.close();
    log.close();
  }
}
