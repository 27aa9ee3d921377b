import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Census, CONNECTION_LIMITS, type Connection, StratumClient, StratumListener } from '@adit/net';

test('a connection that has brought lines for a while begins the next loss with a short pause, without healthy()', async (context) => {
  const pauses: number[] = [];
  let server: Connection | undefined;
  let opened = 0;
  const listener = new StratumListener(
    { host: '127.0.0.1', port: 0 },
    {
      census: new Census(CONNECTION_LIMITS),
      accept: (connection) => {
        server = connection;
        return { line: (line) => connection.send(line, '\n'), closed: () => {} };
      },
    },
  );
  const port = await listener.listen();
  const done = Promise.withResolvers<void>();
  let openedAt = 0;
  const HEALTHY_MS = 20;
  const client: StratumClient = new StratumClient(
    { host: '127.0.0.1', port, firstPauseMs: 8, longestPauseMs: 1_000, healthyAfterMs: HEALTHY_MS },
    {
      opened: () => {
        opened += 1;
        openedAt = performance.now();
        if (opened === 5) return done.resolve();
        // Three short connections, then one that goes on.
        if (opened < 4) client.reconnect({ cause: 'silent', detail: 'short' });
        else client.send('{"id":1}\n');
      },
      line: () => {
        // One more line each time, until they have come for longer than it takes.
        if (performance.now() - openedAt < 2 * HEALTHY_MS) setTimeout(() => client.send('{"id":1}\n'), 5);
        else server?.close({ cause: 'stopped', detail: 'the pool restarts' });
      },
      lost: (_reason, pauseMs) => pauses.push(pauseMs),
      random: () => 1,
    },
  );
  context.after(async () => {
    client.stop();
    await listener.close({ cause: 'stopped', detail: 'test is over' });
  });
  client.start();
  await done.promise;
  assert.deepEqual(pauses, [8, 16, 32, 8]);
});
