import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { LedgerMetrics } from '@adit/api';
import { isDatabaseGone } from '@adit/ledger';
import { AditError, messageOf } from '@adit/primitives';
import { sleepFor } from '@adit/rpc';
import { untilStopped } from '../../exit.ts';
import { LedgerAdmin } from '../../ledger/ledger-admin.ts';
import type { LedgerPlace } from '../../ledger/ledger-place.ts';
import type { LedgerServiceModules } from '../../ledger/ledger-service.ts';
import { countLedgerEvent } from '../../ledger/ledger-watch.ts';
import { ledgerConfig } from '../../ledger/open-ledger.ts';
import { RunningLedger, type RunningLedgerOptions } from '../../ledger/running-ledger.ts';
import { EventLog } from '../../log/event-log.ts';
import type { LedgerEvent } from '../../log/ledger-event.ts';
import { LEDGER_PROBLEMS } from '../../log/ledger-lines.ts';
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
  const metrics = new LedgerMetrics({
    chains: chains.map(({ network }) => network),
    problems: Object.keys(LEDGER_PROBLEMS),
  });
  let isWriter = false;
  const onEvent = (event: LedgerEvent) => {
    if (event.kind === 'ledger_open') isWriter = true;
    countLedgerEvent(metrics, event);
    log.write(event);
  };
  const admin = new LedgerAdmin(config, {
    metrics,
    status: () => ({
      ready: isWriter,
      notReady: isWriter ? [] : ['another process writes the ledger'],
      notReadyCauses: isWriter ? [] : ['standby'],
      draining: false,
    }),
    onListening: (port) => onEvent({ kind: 'ledger_metrics', port }),
    onProblem: (detail) =>
      onEvent({ kind: 'ledger_problem', cause: 'metrics', chain: undefined, code: undefined, detail }),
  });
  mkdirSync(config.data, { recursive: true });
  try {
    if (config.admin.enabled) admin.start();
    for (let isTold = false; ; ) {
      const why = await keepBooks({ config, chains, place }, { onEvent, watch: metrics }, stopped);
      isWriter = false;
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
    await admin.close();
    metrics.close();
    log.close();
    // The channel to a pool would keep this process.
    if (process.connected) process.disconnect();
  }
}

/** @returns why the ledger does not go on: an order, or a failure */
async function keepBooks(
  options: RunningLedgerOptions,
  told: Pick<LedgerServiceModules, 'onEvent' | 'watch'>,
  stopped: Promise<'stopped'>,
): Promise<'stopped' | AditError> {
  let ledger: RunningLedger | undefined;
  try {
    ledger = await RunningLedger.open(options, told);
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
