// `adit ledger run` with shorter pauses: blocks of Regtest come as fast as they are asked for, and a suite that waited a minute
// between two looks at a block would take an hour. All else is that of the command. Arguments: the configuration.
import { once } from 'node:events';
import { ledgerConfig } from '../../../packages/cli/src/ledger/open-ledger.ts';
import { RunningLedger } from '../../../packages/cli/src/ledger/running-ledger.ts';
import type { LedgerEvent } from '../../../packages/cli/src/log/ledger-event.ts';

const PAUSES = { ingest: 200, blocks: 500, payouts: 500 };

const [, , configFile = ''] = process.argv;
const { config, chains, place } = await ledgerConfig(configFile);
const tell = (event: LedgerEvent): void => {
  process.stdout.write(`${JSON.stringify({ ...event, atMs: Date.now() })}\n`);
};
const ledger = await RunningLedger.open({ config, chains, place, pauseMs: PAUSES }, { onEvent: tell });
const stopped = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
try {
  await Promise.race([ledger.service.start(), stopped]);
  await Promise.race([ledger.service.ended, stopped]);
} finally {
  await ledger.close();
}
