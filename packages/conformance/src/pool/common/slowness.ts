import { setTimeout as sleep } from 'node:timers/promises';
import { DIALECTS } from '@adit/stratum';
import { attack } from '../../catalogue/rules.ts';
import type { PoolCheck } from '../check.ts';
import type { LargestRequest } from '../dialect.ts';
import type { PoolConnection } from '../probe/pool-connection.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { worst } from '../probe/replies.ts';
import { authorizeText } from '../tools/messages.ts';
import { afterFlood, honestMiner } from '../tools/still-serves.ts';

/** Connections that say nothing or little. They are few enough for any limit per address. */
const IDLERS = 32;
const SLOW_ONES = 8;
const BYTE_EVERY_MS = 40;
const UNREAD = 300;
/** Requests for seeds whose answers stay unread. Each answer has 370 KB. */
const UNREAD_SEEDS = 20;

/** Checks of attack T15: slow connections that cost an attacker nothing. A pool may end them. Other miners must not wait for them. */
export const SLOWNESS: readonly PoolCheck[] = [
  {
    id: 'slow-writers',
    title: 'slow writers do not keep others waiting',
    group: 'attack',
    dialects: DIALECTS,
    aggressive: true,
    rules: [attack('T15')],
    sent: `${SLOW_ONES} connections that write mining.subscribe byte by byte and never end it, and a share from another`,
    expected: 'the share is answered in time; the pool serves on',
    run: async (probe) => {
      const submit = await honestMiner(probe);
      const slow = await Promise.all(Array.from({ length: SLOW_ONES }, () => probe.openNow()));
      const until = performance.now() + probe.options.limits.quietMs;
      for (let turn = 0; performance.now() < until; turn += 1) {
        const byte = '{"id":1,"method":"mining.subscribe"'.charAt(turn) || ' ';
        for (const connection of slow) if (connection.closed === undefined) connection.bytes(byte, 'a byte');
        await sleep(BYTE_EVERY_MS);
      }
      return worst([await submit(), await afterFlood(probe)]);
    },
  },
  {
    id: 'never-reads',
    title: 'a miner that does not read does not keep others waiting',
    group: 'attack',
    dialects: DIALECTS,
    aggressive: true,
    rules: [attack('T15')],
    sent: `a connection that asks ${UNREAD} times (TrueStratum: for the seeds, ${UNREAD_SEEDS} times) and does not read, and a share from another`,
    expected: 'the share is answered in time; the pool serves on',
    run: async (probe) => {
      const submit = await honestMiner(probe);
      const session = await probe.login();
      const job = await session.job();
      session.connection.stopReading();
      const largest = probe.dialect.largestRequest(session.worker, job.id);
      if (largest === undefined) askMuch(probe, session.connection);
      else askLargest(session.connection, largest);
      await session.connection.flushed(probe.options.limits.quietMs);
      return worst([await submit(), await afterFlood(probe)]);
    },
  },
  {
    id: 'silent-connections',
    title: 'silent connections do not keep others waiting',
    group: 'attack',
    dialects: DIALECTS,
    aggressive: true,
    rules: [attack('T15')],
    sent: `${IDLERS} connections that say nothing, and a share from another`,
    expected: 'the share is answered in time; the pool serves on',
    run: async (probe) => {
      const submit = await honestMiner(probe);
      await Promise.all(Array.from({ length: IDLERS }, () => probe.openNow()));
      return worst([await submit(), await afterFlood(probe)]);
    },
  },
];

function askLargest(connection: PoolConnection, { method, params }: LargestRequest): void {
  for (let i = 0; i < UNREAD_SEEDS; i += 1) connection.ask(method, params);
}

function askMuch(probe: PoolProbe, connection: PoolConnection): void {
  const lines = Array.from({ length: UNREAD }, (_, i) => authorizeText(probe, String(50_000 + i)));
  connection.bytes(`${lines.join('\n')}\n`, `${UNREAD} requests`);
}
