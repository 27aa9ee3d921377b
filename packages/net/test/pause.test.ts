import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dial, setUp, until } from './support/server.ts';

test('lines wait while a connection is paused, and come in order afterwards', async () => {
  const server = await setUp();
  const socket = await dial(server.port);
  await until(() => server.connections.length === 1);
  const [connection] = server.connections;
  const began = performance.now();
  connection?.pauseFor(300);
  socket.write('one\ntwo\n');
  const other = await dial(server.port);
  other.write('other\n');
  await until(() => server.lines.length === 1);
  assert.deepEqual(server.lines, ['other']);
  await until(() => server.lines.length === 3);
  assert.deepEqual(server.lines, ['other', 'one', 'two']);
  // Timers of the machine may be a millisecond early.
  assert.ok(performance.now() - began >= 299);
  await server.stop();
  socket.destroy();
  other.destroy();
});

test('whatever line pauses, the lines cut from the same packet come later, in order, each once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
      fc.boolean(),
      async (pauses, tooLong) => {
        const seen: number[] = [];
        let during = 0;
        let pausedUntil = 0;
        const server = await setUp(
          { lineBytes: 64 },
          {
            accept: (connection) => ({
              line: (line) => {
                const index = Number(Buffer.from(line).toString());
                if (performance.now() < pausedUntil - 1) during += 1;
                seen.push(index);
                if (pauses[index] !== true) return;
                pausedUntil = performance.now() + 4;
                connection.pauseFor(4);
              },
              closed: (reason) => server.closed.push(reason),
            }),
          },
        );
        const socket = await dial(server.port);
        socket.resume();
        const text = pauses.map((_, index) => `${index}\n`).join('');
        socket.write(tooLong ? `${text}${'x'.repeat(70)}` : text);
        await until(() => (tooLong ? server.closed.length === 1 : seen.length === pauses.length));
        assert.deepEqual(
          seen,
          pauses.map((_, index) => index),
        );
        assert.equal(during, 0);
        if (tooLong) assert.deepEqual(server.closed, ['a line is longer than 64 bytes']);
        await server.stop();
        socket.destroy();
      },
    ),
    { numRuns: 25 },
  );
});

test('a paused connection is not read: what it sends stays in the kernel, and it still times out', async () => {
  const server = await setUp({ idleMs: 400 });
  const socket = await dial(server.port);
  await until(() => server.connections.length === 1);
  server.connections[0]?.pauseFor(60_000);
  let sent = 0;
  const chunk = Buffer.alloc(65_536, 0x0a);
  while (socket.write(chunk) && sent < 1_000) sent += 1;
  await until(() => server.closed.length === 1);
  assert.deepEqual(server.closed, ['idle']);
  assert.deepEqual(server.lines, []);
  socket.destroy();
  await server.stop();
});

test('a longer pause wins over a shorter one, and a closed connection delivers nothing more', async () => {
  const server = await setUp();
  const socket = await dial(server.port);
  await until(() => server.connections.length === 1);
  const [connection] = server.connections;
  const began = performance.now();
  connection?.pauseFor(200);
  connection?.pauseFor(1);
  socket.write('late\n');
  await until(() => server.lines.length === 1);
  assert.ok(performance.now() - began >= 199);
  connection?.pauseFor(20);
  socket.write('never\n');
  connection?.close('done with it');
  connection?.pauseFor(20);
  await until(() => server.census.total === 0 || socket.readableEnded);
  socket.destroy();
  await server.stop();
  assert.deepEqual(server.lines, ['late']);
});
