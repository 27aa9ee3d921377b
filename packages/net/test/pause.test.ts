import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { dial, setUp, until } from './support/server.ts';

/** Timers run when a test says so: on a busy machine a pause may be over before anybody looks. */
function heldTimers(context: TestContext): (ms: number) => void {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  return (ms) => context.mock.timers.tick(ms);
}

/** After this time the other side has read what was written, if it reads at all. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('lines wait while a connection is paused, and come in order afterwards', async (context) => {
  const tick = heldTimers(context);
  const server = await setUp();
  const socket = await dial(server.port);
  await until(() => server.connections.length === 1);
  const [connection] = server.connections;
  connection?.pauseFor(300);
  socket.write('one\ntwo\n');
  const other = await dial(server.port);
  other.write('other\n');
  await until(() => server.lines.length === 1);
  tick(299);
  await turns();
  assert.deepEqual(server.lines, ['other']);
  tick(1);
  await until(() => server.lines.length === 3);
  assert.deepEqual(server.lines, ['other', 'one', 'two']);
  await server.stop();
  socket.destroy();
  other.destroy();
});

test('whichever line pauses, the other lines of its packet come later, in order, each once', async (context) => {
  const tick = heldTimers(context);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
      fc.boolean(),
      async (pauses, tooLong) => {
        const seen: number[] = [];
        let during = 0;
        let paused = false;
        const server = await setUp(
          { lineBytes: 64 },
          {
            accept: (connection) => ({
              line: (line) => {
                const index = Number(Buffer.from(line).toString());
                if (paused) during += 1;
                seen.push(index);
                if (pauses[index] !== true) return;
                paused = true;
                connection.pauseFor(4);
              },
              closed: ({ cause }) => server.closed.push(cause),
            }),
          },
        );
        const socket = await dial(server.port);
        socket.resume();
        const text = pauses.map((_, index) => `${index}\n`).join('');
        socket.write(tooLong ? `${text}${'x'.repeat(70)}` : text);
        const over = () => (tooLong ? server.closed.length === 1 : seen.length === pauses.length);
        while (!over()) {
          await until(() => paused || over());
          if (!paused) continue;
          tick(3);
          await turns();
          paused = false;
          tick(1);
        }
        assert.deepEqual(
          seen,
          pauses.map((_, index) => index),
        );
        assert.equal(during, 0);
        if (tooLong) assert.deepEqual(server.closed, ['long_line']);
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

test('a longer pause wins over a shorter one, and a closed connection delivers no more lines', async (context) => {
  const tick = heldTimers(context);
  const server = await setUp();
  const socket = await dial(server.port);
  await until(() => server.connections.length === 1);
  const [connection] = server.connections;
  connection?.pauseFor(200);
  connection?.pauseFor(1);
  socket.write('late\n');
  tick(199);
  await turns();
  assert.deepEqual(server.lines, []);
  tick(1);
  await until(() => server.lines.length === 1);
  connection?.pauseFor(20);
  socket.write('never\n');
  connection?.close({ cause: 'stopped', detail: 'done with it' });
  connection?.pauseFor(20);
  await until(() => server.census.total === 0 || socket.readableEnded);
  socket.destroy();
  await server.stop();
  assert.deepEqual(server.lines, ['late']);
});

test('lines that are held back wait in order until goOn, however long, and the connection does not count as silent', async () => {
  const server = await setUp(
    { partialLineMs: 300 },
    {
      accept: (connection) => {
        server.connections.push(connection);
        return {
          line: (line) => {
            server.lines.push(Buffer.from(line).toString());
            if (server.lines.length === 2) connection.holdBack();
          },
          closed: ({ cause }) => server.closed.push(cause),
        };
      },
    },
  );
  const socket = await dial(server.port);
  socket.write('one\ntwo\nthree\nfour\nfi');
  await until(() => server.lines.length === 2);
  const other = await dial(server.port);
  other.write('begun');
  // The sweep that closes the other connection leaves this one open.
  await until(() => server.closed.length === 1);
  assert.deepEqual([server.closed, server.lines], [['partial_line'], ['one', 'two']]);
  socket.write('ve\n');
  server.connections[0]?.goOn();
  await until(() => server.lines.length === 5);
  assert.deepEqual(server.lines, ['one', 'two', 'three', 'four', 'five']);
  socket.destroy();
  other.destroy();
  await server.stop();
});
