import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Census,
  type ClientCause,
  CONNECTION_LIMITS,
  type Ending,
  StratumClient,
  StratumListener,
} from '@adit/net';

test('the client comes back after a loss, with growing pauses that healthy() resets', async () => {
  const pauses: number[] = [];
  let opened = 0;
  const listener = new StratumListener(
    { host: '127.0.0.1', port: 0 },
    {
      census: new Census(CONNECTION_LIMITS),
      accept: (connection) => ({
        line: () => connection.close({ cause: 'stopped', detail: 'told to go' }),
        closed: () => {},
      }),
    },
  );
  const port = await listener.listen();
  const done = Promise.withResolvers<void>();
  const client = new StratumClient(
    { host: '127.0.0.1', port, lineLimit: 1024, firstPauseMs: 8, longestPauseMs: 20 },
    {
      opened: (connection) => {
        opened += 1;
        if (opened === 5) client.healthy();
        if (opened === 6) return done.resolve();
        connection.send('go\n');
      },
      line: () => {},
      lost: (_reason, pauseMs) => pauses.push(pauseMs),
      random: () => 1,
    },
  );
  client.start();
  await done.promise;
  client.stop();
  assert.deepEqual(pauses, [8, 16, 20, 20, 8]);
  await listener.close();
});

test('the client reports a pool that is not there, with a cause and the code of the system', async () => {
  const listener = new StratumListener(
    { host: '127.0.0.1', port: 0 },
    { census: new Census(CONNECTION_LIMITS), accept: () => ({ line: () => {}, closed: () => {} }) },
  );
  const port = await listener.listen();
  await listener.close();
  const lost = Promise.withResolvers<Ending<ClientCause>>();
  const client = new StratumClient(
    { host: '127.0.0.1', port, lineLimit: 1024 },
    { opened: () => {}, line: () => {}, lost: lost.resolve },
  );
  client.start();
  assert.deepEqual(await lost.promise, {
    cause: 'unreachable',
    detail: 'ECONNREFUSED',
    code: 'ECONNREFUSED',
  });
  client.stop();
});
