import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { LedgerMetrics } from '@adit/api';
import { AditError, messageOf } from '@adit/primitives';
import { untilStopped } from '../../exit.ts';
import { LedgerAdmin } from '../../ledger/ledger-admin.ts';
import { countLedgerEvent } from '../../ledger/ledger-watch.ts';
import { ledgerConfig } from '../../ledger/open-ledger.ts';
import { RunningLedger } from '../../ledger/running-ledger.ts';
import { EventLog } from '../../log/event-log.ts';
import type { LedgerEvent } from '../../log/ledger-event.ts';
import { LEDGER_PROBLEMS } from '../../log/ledger-lines.ts';
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
  let ledger: RunningLedger | undefined;
  try {
    ledger = await RunningLedger.open({ config, chains, file }, { onEvent, watch: metrics });
    if (config.admin.enabled) admin.start();
    await Promise.race([ledger.service.start(), stopped]);
    await Promise.race([ledger.service.ended, stopped]);
  } catch (error) {
    const code = error instanceof AditError ? error.code : undefined;
    onEvent({ kind: 'ledger_problem', cause: 'ended', chain: undefined, code, detail: messageOf(error) });
    throw error;
  } finally {
    await admin.close();
    await ledger?.close();
    metrics.close();
    log.close();
    // The channel to a pool would keep this process.
    if (process.connected) process.disconnect();
  }
}
