import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { CONNECTION_LIMITS } from '@adit/net';
import { setUp, until } from './support/server.ts';

const RIGS = 60;

test('over sockets, a farm behind one address gets its places back after its line has died', async (context) => {
  const now = performance.now.bind(performance);
  let later = 0;
  context.mock.method(performance, 'now', () => now() + later);
  const limits = {
    ...CONNECTION_LIMITS,
    maxPerAddress: RIGS,
    addressConnectionBurst: RIGS,
    addressConnectionsPerSecond: 0.001,
  };
  const server = await setUp(
    {},
    {
      limits,
      accept: (connection) => ({
        line: (line) => {
          server.lines.push(Buffer.from(line).toString());
          connection.prove('share');
        },
        closed: ({ cause }) => server.closed.push(cause),
      }),
    },
  );
  const sockets: Socket[] = [];
  context.after(async () => {
    for (const socket of sockets) socket.destroy();
    await server.stop();
  });
  const farm = (word: string) => {
    for (let rig = 0; rig < RIGS; rig += 1) {
      const socket = connect({ host: '127.0.0.1', port: server.port, localAddress: '127.0.0.77' });
      socket.on('error', () => {}).resume();
      socket.write(`${word}\n`);
      sockets.push(socket);
    }
  };
  farm('first');
  await until(() => server.lines.length === RIGS);
  // The router is dead, so no side closes these connections.
  later = 31_000;
  farm('again');
  await until(() => server.lines.length === 2 * RIGS || server.refused.length > 0);
  assert.deepEqual(server.refused, []);
  assert.equal(server.lines.filter((line) => line === 'again').length, RIGS);
  assert.equal(server.closed.length, RIGS);
  assert.deepEqual(new Set(server.closed), new Set(['replaced']));
  await until(() => server.census.total === RIGS);
});
