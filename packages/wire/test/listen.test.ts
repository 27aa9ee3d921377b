import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { listen, stopListening } from '../src/index.ts';

test('a port is opened, a taken one is a clear error, and a stop ends what is connected', async () => {
  const server = createServer();
  const port = await listen(server, { host: 'localhost', port: 0 });
  assert.ok(port > 0);
  await assert.rejects(listen(createServer(), { host: '127.0.0.1', port }), {
    code: 'ADIT_CANNOT_LISTEN',
    message: new RegExp(`^cannot listen on 127\\.0\\.0\\.1:${port}: .*EADDRINUSE`),
  });
  const accepted = once(server, 'connection');
  const client = connect(port, '127.0.0.1');
  client.on('error', () => {});
  const [socket] = await accepted;
  await stopListening(server, () => socket.destroy());
  assert.equal(server.listening, false);
  client.destroy();
  await stopListening(createServer(), () => {});
});
