import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PoolEvent } from '../src/events.ts';
import type { PoolEnding } from '../src/ports/end-cause.ts';
import { MinerConnection, type MinerHost } from '../src/ports/miner-connection.ts';

test('a fault of the pool while it reports a verdict ends that connection, and is reported', async () => {
  const events: PoolEvent[] = [];
  const closed = Promise.withResolvers<PoolEnding>();
  const submission = { worker: 'me.rig1' };
  const host = {
    chain: 'z',
    port: 'p',
    graceMs: 0,
    onEvent: (event: PoolEvent) => events.push(event),
    judge: async () => ({ accepted: false, reason: 'stale_job' }),
    weightOfShare: () => {
      throw new Error('no such work');
    },
    ran: () => {},
  } as unknown as MinerHost<object, typeof submission>;
  const miner = new MinerConnection<object, typeof submission>(
    { id: 1, now: 0 },
    {
      host,
      connection: { remoteAddress: '192.0.2.1', close: closed.resolve } as never,
      session: { workers: new Map(), jobsSent: 0 } as never,
      vardiff: {} as never,
    },
  );
  miner.run([{ kind: 'submit', token: 1, submission }] as never);
  assert.deepEqual(await closed.promise, { cause: 'fault', detail: 'a fault of the pool' });
  assert.deepEqual(events, [
    { kind: 'problem', cause: 'connection_fault', port: 'p', detail: 'no such work' },
  ]);
});
