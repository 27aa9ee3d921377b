import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connection } from '@adit/net';
import type { ServerSession, Vardiff, Verdict } from '@adit/stratum';
import type { Offence } from '../src/conduct/options.ts';
import { OFFENCE_POINTS } from '../src/conduct/options.ts';
import type { PoolEvent } from '../src/events.ts';
import { MinerConnection, type MinerHost } from '../src/ports/miner-connection.ts';
import { FROM } from './support/engines.ts';

interface Submission {
  readonly worker: string;
}

/** One connection, with everything that a verdict on it can reach. */
function judged(verdict: Verdict) {
  const offences: Offence[] = [];
  const events: PoolEvent[] = [];
  const done = Promise.withResolvers<void>();
  const host = {
    chain: 'chain',
    port: 'port',
    graceMs: 0,
    onEvent: (event: PoolEvent) => events.push(event),
    judge: async () => verdict,
    weightOfShare: () => 1n,
    offence: (_miner: unknown, what: Offence) => offences.push(what),
    refused: () => {},
    accepted: () => {},
    ran: () => {},
  } as unknown as MinerHost<object, Submission>;
  const session = {
    jobsSent: 0,
    workers: { get: () => FROM.worker, first: FROM.worker },
    verdict: () => {
      done.resolve();
      return [];
    },
  } as unknown as ServerSession<Submission>;
  const connection = { remoteAddress: '192.0.2.1', send: () => {} } as unknown as Connection;
  const vardiff = { weight: 1n, onShare: () => {} } as unknown as Vardiff;
  const miner = new MinerConnection<object, Submission>(
    { id: 1, now: 0 },
    { host, connection, session, vardiff },
  );
  miner.run([{ kind: 'submit', token: 0, submission: { worker: FROM.worker.full } }]);
  return { offences, events, done: done.promise };
}

test('an unearned share is an offence of its own, whatever reason the miner gets', async () => {
  const { offences, events, done } = judged({
    accepted: false,
    reason: 'low_difficulty',
    unearned: true,
  });
  await done;
  assert.deepEqual(offences, ['wrong_nonce']);
  assert.deepEqual(
    events.map((event) => event.kind === 'refused' && event.reason),
    ['low_difficulty'],
  );
  assert.deepEqual(OFFENCE_POINTS.wrong_nonce, OFFENCE_POINTS.invalid_solution);
});

test('a share that is too easy is not an offence, and neither is nonce 0 of a miner that changes its dataset', async () => {
  const { offences, done } = judged({ accepted: false, reason: 'low_difficulty' });
  await done;
  assert.deepEqual(offences, []);
});
