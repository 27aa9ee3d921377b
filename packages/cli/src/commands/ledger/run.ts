import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { AditError, messageOf } from '@adit/primitives';
import { untilStopped } from '../../exit.ts';
import { ledgerConfig } from '../../ledger/open-ledger.ts';
import { RunningLedger } from '../../ledger/running-ledger.ts';
import { EventLog } from '../../log/event-log.ts';
import type { LedgerEvent } from '../../log/ledger-event.ts';
import { makeLogger } from '../../log/logger.ts';

/**
 * `adit ledger run`: keeps the books until SIGINT or SIGTERM. Beside a pool it also ends with the pool, however that ended: nobody
 * else would stop it, and it would keep the next one from writing.
 */
export async function runLedger(options: { readonly config: string }): Promise<void> {
  const { config, chains, file } = await ledgerConfig(options.config);
  const stopped = process.connected
    ? Promise.race([untilStopped(), once(process, 'disconnect')])
    : untilStopped();
  const log = new EventLog(makeLogger(config.log));
  const onEvent = (event: LedgerEvent) => log.write(event);
  mkdirSync(config.data, { recursive: true });
  let ledger: RunningLedger | undefined;
  try {
    ledger = await RunningLedger.open({ config, chains, file }, { onEvent });
    await Promise.race([ledger.service.start(), stopped]);
    await Promise.race([ledger.service.ended, stopped]);
  } catch (error) {
    const code = error instanceof AditError ? error.code : undefined;
    onEvent({ kind: 'ledger_problem', cause: 'ended', chain: undefined, code, detail: messageOf(error) });
    throw error;
  } finally {
    await ledger?.close();
    log.close();
    // The channel to a pool would keep this process.
    if (process.connected) process.disconnect();
  }
}
