import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { isDatabaseGone } from '@adit/ledger';
import { AditError, messageOf } from '@adit/primitives';
import { sleepFor } from '@adit/rpc';
import { untilStopped } from '../../exit.ts';
import type { LedgerPlace } from '../../ledger/ledger-place.ts';
import { ledgerConfig } from '../../ledger/open-ledger.ts';
import { RunningLedger, type RunningLedgerOptions } from '../../ledger/running-ledger.ts';
import { EventLog } from '../../log/event-log.ts';
import type { LedgerEvent } from '../../log/ledger-event.ts';
import { makeLogger } from '../../log/logger.ts';

/** Pause before a ledger whose server could not be reached is opened again. A restart of PostgreSQL takes seconds. */
const AGAIN_MS = 5_000;

/**
 * `adit ledger run`: keeps the books until SIGINT or SIGTERM. Beside a pool it also ends with the pool, however that ended: nobody
 * else would stop it, and it would keep the next one from writing. A ledger in PostgreSQL waits for its server.
 */
export async function runLedger(options: { readonly config: string }): Promise<void> {
  const { config, chains, place } = await ledgerConfig(options.config);
  const stopped = (
    process.connected ? Promise.race([untilStopped(), once(process, 'disconnect')]) : untilStopped()
  ).then(() => 'stopped' as const);
  const log = new EventLog(makeLogger(config.log));
  const onEvent = (event: LedgerEvent) => log.write(event);
  mkdirSync(config.data, { recursive: true });
  try {
    for (let isTold = false; ; ) {
      const why = await keepBooks({ config, chains, place }, onEvent, stopped);
      if (why === 'stopped') return;
      const { code, message: detail } = why;
      const again = mayComeBack(place, why);
      if (!again || !isTold)
        onEvent({
          kind: 'ledger_problem',
          cause: again ? 'database' : 'ended',
          chain: undefined,
          code,
          detail,
        });
      if (!again) throw why;
      isTold = isDatabaseGone(why);
      if ((await Promise.race([sleepFor(AGAIN_MS), stopped])) === 'stopped') return;
    }
  } finally {
    log.close();
    // The channel to a pool would keep this process.
    if (process.connected) process.disconnect();
  }
}

/** @returns why the ledger does not go on: an order, or a failure */
async function keepBooks(
  options: RunningLedgerOptions,
  onEvent: (event: LedgerEvent) => void,
  stopped: Promise<'stopped'>,
): Promise<'stopped' | AditError> {
  let ledger: RunningLedger | undefined;
  try {
    ledger = await RunningLedger.open(options, { onEvent });
    if ((await Promise.race([ledger.service.start(), stopped])) === 'stopped') return 'stopped';
    return await Promise.race([ledger.service.ended, stopped]);
  } catch (error) {
    return error instanceof AditError
      ? error
      : new AditError('ADIT_LEDGER_DATABASE', messageOf(error), { cause: error });
  } finally {
    await ledger?.close();
  }
}

/** A server that was away for longer than a lease lasts: the ledger takes the lease anew, and reads what happened. */
function mayComeBack({ kind }: LedgerPlace, error: AditError): boolean {
  return kind === 'postgresql' && (isDatabaseGone(error) || error.code === 'ADIT_LEDGER_LEASE');
}
