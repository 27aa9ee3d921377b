import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Census, CONNECTION_LIMITS, StratumListener } from '@adit/net';

import { dial, setUp, textUntilEnd, until } from './support/server.ts';

test('lines arrive whole, many in one packet and one in many packets', async () => {
  const server = await setUp();
  const socket = await dial(server.port);
  socket.write('one\ntwo\r\nthr');
  await until(() => server.lines.length === 2);
  socket.write('ee\n');
  await until(() => server.lines.length === 3);
  assert.deepEqual(server.lines, ['one', 'two', 'three']);
  socket.destroy();
  await server.stop();
});

test('a line of more than 16 KiB gets an error that says so, and then the connection ends', async () => {
  const server = await setUp();
  const socket = await dial(server.port);
  const answer = textUntilEnd(socket);
  socket.write(`ok\n${'x'.repeat(16 * 1024 + 2)}`);
  assert.deepEqual(JSON.parse(await answer), {
    id: null,
    result: null,
    error: [20, 'Malformed message: a line is longer than 16384 bytes', null],
  });
  assert.deepEqual(server.lines, ['ok']);
  assert.deepEqual(server.closed, ['long_line']);
  await server.stop();
});

test('only the client that does not read is dropped', async () => {
  const server = await setUp();
  const lazy = await dial(server.port);
  lazy.pause();
  const other = await dial(server.port);
  await until(() => server.connections.length === 2);
  const [first, second] = server.connections;
  const chunk = 'x'.repeat(256 * 1024);
  for (let i = 0; i < 200 && first?.open === true; i += 1) {
    first.send(chunk);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(first?.open, false);
  assert.deepEqual(server.closed, ['not_reading']);
  assert.equal(second?.open, true);
  second?.send('still here\n');
  const [data] = (await once(other, 'data')) as [Buffer];
  assert.equal(data.toString(), 'still here\n');
  lazy.destroy();
  other.destroy();
  await server.stop();
});

test('connections beyond the limits are refused with a reason, and a place that is left is free again', async () => {
  const server = await setUp({}, { limits: { maxPerAddress: 1 } });
  const first = await dial(server.port);
  await until(() => server.connections.length === 1);
  const second = await dial(server.port);
  const answer: unknown = JSON.parse(await textUntilEnd(second));
  assert.deepEqual(answer, {
    id: null,
    result: null,
    error: [20, 'too many connections from this address', null],
  });
  assert.deepEqual(server.refused, ['127.0.0.1 address_limit']);
  first.destroy();
  await until(() => server.census.total === 0);
  const third = await dial(server.port);
  await until(() => server.connections.length === 2);
  third.destroy();
  await server.stop();
});

test('a line that does not end in time closes the connection', async () => {
  const server = await setUp({ partialLineMs: 200 });
  const socket = await dial(server.port);
  socket.write('{"id":');
  await once(socket, 'end');
  assert.deepEqual(server.closed, ['partial_line']);
  socket.destroy();
  await server.stop();
});

test('a silent connection is closed after its time', async () => {
  const server = await setUp({ idleMs: 100 });
  const socket = await dial(server.port);
  await once(socket.resume(), 'end');
  assert.deepEqual(server.closed, ['idle']);
  socket.destroy();
  await server.stop();
});

test('a port in use gives one clear error', async () => {
  const server = await setUp();
  const other = new StratumListener(
    { host: '127.0.0.1', port: server.port },
    { census: new Census(CONNECTION_LIMITS), accept: () => ({ line: () => {}, closed: () => {} }) },
  );
  await assert.rejects(other.listen(), {
    code: 'ADIT_CANNOT_LISTEN',
    message: `cannot listen on 127.0.0.1:${server.port}: the port is in use`,
  });
  await server.stop();
});

test('close first sends the output that waits', async () => {
  const server = await setUp();
  const socket = await dial(server.port);
  await until(() => server.connections.length === 1);
  const text = textUntilEnd(socket);
  server.connections[0]?.send('last ', 'words\n');
  await server.stop();
  assert.equal(await text, 'last words\n');
});

test('a line on which its handler fails ends that connection, and no other', async () => {
  const closed: string[] = [];
  const listener = new StratumListener(
    { host: '127.0.0.1', port: 0 },
    {
      census: new Census(CONNECTION_LIMITS),
      accept: (connection) => ({
        line: (line) => {
          if (Buffer.from(line).toString() === 'bad') throw new Error('not foreseen');
          connection.send('fine\n');
        },
        closed: ({ cause, detail }) => closed.push(`${cause}: ${detail}`),
      }),
    },
  );
  const port = await listener.listen();
  const [bad, good] = [await dial(port), await dial(port)];
  const badEnds = once(bad, 'close');
  bad.resume();
  bad.write('bad\nbad\n');
  await badEnds;
  assert.deepEqual(closed, ['fault: a line could not be handled: not foreseen']);
  good.write('good\n');
  const [chunk] = (await once(good, 'data')) as [Buffer];
  assert.equal(chunk.toString(), 'fine\n');
  good.destroy();
  await listener.close();
});

test('after stopAccepting nothing more is read, output is still sent, and close waits for it', async () => {
  const { port, lines, connections, listener } = await setUp();
  const socket = await dial(port);
  socket.write('first\n');
  await until(() => lines.length === 1);
  listener.stopAccepting();
  socket.write('second\n');
  // By the time a whole conversation elsewhere is over it would have been read.
  const other = await setUp();
  const witness = await dial(other.port);
  for (const word of ['one', 'two', 'three']) {
    witness.write(`${word}\n`);
    await until(() => other.lines.includes(word));
  }
  witness.destroy();
  await other.stop();
  assert.deepEqual(lines, ['first']);
  const text = textUntilEnd(socket);
  const answer = 'x'.repeat(500_000);
  connections[0]?.send(answer);
  let gone = false;
  socket.once('close', () => {
    gone = true;
  });
  await listener.close();
  assert.equal((await text).length, answer.length);
  await until(() => gone);
  assert.deepEqual(lines, ['first']);
});
