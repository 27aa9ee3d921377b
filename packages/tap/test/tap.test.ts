import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { makeCertificate } from '@adit/test-kit/certificate';
import fc from 'fast-check';
import { type ConversationEvent, Tap } from '../src/index.ts';
import { bytesFrom, connectTo, hasLine, isClosed, portOf, startTap, startUpstream } from './support.ts';

const LIMIT = { timeout: 120_000 };

/** Chunks of any bytes, and of bytes that look like lines. */
const chunks = fc.array(
  fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom(
        '{"id":2,"method":"mining.authorize","params":["a","secret"]}\n',
        '\r\n',
        '\n',
        '{"id"',
        '\0',
      )
      .map((text) => Buffer.from(text)),
  ),
  { minLength: 1, maxLength: 8 },
);

test('both directions are passed on to the byte, passwords and broken lines too', LIMIT, async (context) => {
  const upstream = await startUpstream(context);
  const { port, events } = await startTap(context, upstream.port);
  let count = 0;
  await fc.assert(
    fc.asyncProperty(chunks, chunks, async (there, back) => {
      const miner = await connectTo(context, port);
      count += 1;
      const mine = count;
      await upstream.sockets.first(() => upstream.sockets.all.length === mine);
      const pool = upstream.sockets.all[mine - 1];
      assert.ok(pool !== undefined);
      const sent = Buffer.concat(there);
      const answered = Buffer.concat(back);
      for (const part of there) miner.write(part);
      for (const part of back) pool.write(part);
      assert.deepEqual(await bytesFrom(pool, sent.length), sent);
      assert.deepEqual(await bytesFrom(miner, answered.length), answered);
      miner.end();
      pool.end();
      miner.resume();
      pool.resume();
      await events.first((event) => event.connection === mine && isClosed(event));
      const told = events.all.filter((event) => event.connection === mine);
      assert.ok(!JSON.stringify(told).includes('secret'));
    }),
    { numRuns: 60 },
  );
});

test('the tap reports the lines of both sides in order, with their line ends', LIMIT, async (context) => {
  const upstream = await startUpstream(context);
  const { tap, port, events } = await startTap(context, upstream.port);
  const miner = await connectTo(context, port);
  miner.write('{"id":1,"method":"mining.subscribe","params":["a/1","TrueStratum/1.0.0"]}\r\n\n');
  const pool = await upstream.sockets.first(() => true);
  await bytesFrom(pool, 70);
  pool.write(Buffer.from([0xff, 10]));
  await bytesFrom(miner, 2);
  miner.end('{"id":2,"method":"mining.submit"');
  pool.resume();
  await once(pool, 'end');
  pool.end();
  miner.resume();
  await events.first(isClosed);
  const told = events.all.map(({ at, connection, ...event }) => event);
  assert.deepEqual(told, [
    { event: 'opened' },
    {
      from: 'miner',
      line: '{"id":1,"method":"mining.subscribe","params":["a/1","TrueStratum/1.0.0"]}',
      end: '\r\n',
    },
    { from: 'miner', line: '' },
    { from: 'pool', bytes: 'ff' },
    { from: 'miner', line: '{"id":2,"method":"mining.submit"', end: '' },
    { event: 'ended', from: 'miner' },
    { event: 'ended', from: 'pool' },
    { event: 'closed', reason: 'closed by the miner' },
  ]);
  assert.equal(tap.dialect, 'truestratum');
  const times = events.all.map(({ at }) => at);
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
});

test(
  'a line that is too long to be kept goes through all the same, and the next is shown',
  LIMIT,
  async (context) => {
    const upstream = await startUpstream(context);
    const { port, events } = await startTap(context, upstream.port);
    const miner = await connectTo(context, port);
    const long = Buffer.alloc(1_500_000, 'a');
    const pool = await upstream.sockets.first(() => true);
    pool.write(long);
    pool.write('\n{"id":1,"result":true,"error":null}\n');
    assert.equal((await bytesFrom(miner, long.length + 37)).length, long.length + 37);
    const told = events.all.filter(hasLine).map(({ at, connection, ...event }) => event);
    assert.deepEqual(told, [
      { from: 'pool', omitted: long.length, reason: 'too long' },
      { from: 'pool', line: '{"id":1,"result":true,"error":null}' },
    ]);
  },
);

test('when one side ends its half, the other can go on', LIMIT, async (context) => {
  for (const first of ['miner', 'pool'] as const) {
    const upstream = await startUpstream(context);
    const { port, events } = await startTap(context, upstream.port);
    const miner = await connectTo(context, port);
    const pool = await upstream.sockets.first(() => true);
    const [one, other] = first === 'miner' ? [miner, pool] : [pool, miner];
    one.end('last words\n');
    assert.equal((await bytesFrom(other, 1000)).toString(), 'last words\n');
    other.write('still here\n');
    assert.equal((await bytesFrom(one, 11)).toString(), 'still here\n');
    other.end();
    one.resume();
    const closed = await events.first(isClosed);
    assert.ok(isClosed(closed));
    assert.equal(closed.reason, `closed by the ${first}`);
  }
});

test('a reset of one side is a reset of the other', LIMIT, async (context) => {
  for (const first of ['miner', 'pool'] as const) {
    const upstream = await startUpstream(context);
    const { port, events } = await startTap(context, upstream.port);
    const miner = await connectTo(context, port);
    const pool = await upstream.sockets.first(() => true);
    miner.write('x');
    await bytesFrom(pool, 1);
    const [one, other] = first === 'miner' ? [miner, pool] : [pool, miner];
    const failed = once(other, 'error');
    other.resume();
    one.resetAndDestroy();
    const [error] = (await failed) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNRESET');
    const closed = await events.first(isClosed);
    assert.ok(isClosed(closed));
    assert.equal(closed.reason, `${first}: ECONNRESET`);
  }
});

test(
  'where the pool cannot be reached the tap drops the miner, and reports the reason',
  LIMIT,
  async (context) => {
    // Port 1 has no server. A port that the test has freed may belong to another process by now.
    const { port, events } = await startTap(context, 1);
    const miner = await connectTo(context, port);
    const ended = once(miner, 'end');
    miner.resume();
    await ended;
    const closed = await events.first(isClosed);
    assert.ok(isClosed(closed));
    assert.equal(closed.reason, 'pool: ECONNREFUSED');
  },
);

test('a side that does not read holds the other back, and loses nothing', LIMIT, async (context) => {
  const upstream = await startUpstream(context);
  const { port } = await startTap(context, upstream.port);
  const miner = await connectTo(context, port);
  const pool = await upstream.sockets.first(() => true);
  miner.pause();
  // This is far more than all buffers between the two hold. A tap without back-pressure would take all of it.
  const total = 64 * 1024 * 1024;
  const line = Buffer.alloc(1024 * 1024, 'b');
  line[line.length - 1] = 10;
  const before = process.memoryUsage.rss();
  let written = 0;
  while (written < total) {
    written += line.length;
    if (!pool.write(line) && !(await drained(pool))) break;
  }
  assert.ok(written < total / 2, `${written} bytes were taken`);
  assert.ok(process.memoryUsage.rss() - before < 48 * 1024 * 1024);
  pool.end();
  assert.equal((await bytesFrom(miner, written)).length, written);
});

/** Whether a socket takes more data; false where nothing has happened in many turns of the event loop. */
async function drained(socket: Socket): Promise<boolean> {
  for (let turn = 0; turn < 20_000; turn += 1) {
    if (!socket.writableNeedDrain) return true;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return false;
}

test(
  'the tap connects over TLS where that is asked for, and checks the certificate',
  LIMIT,
  async (context) => {
    const { cert, key } = makeCertificate();
    const server = createTlsServer({ cert, key }, (socket) => {
      socket.on('error', () => {});
      socket.on('data', (chunk: Buffer) => socket.write(chunk));
      socket.on('end', () => socket.end());
    });
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    context.after(() => server.close());
    const upstream = { host: '127.0.0.1', port: portOf(server) };
    const { port } = await startTap(context, 0, { upstream: { ...upstream, tls: { ca: cert } } });
    const miner = await connectTo(context, port);
    miner.write('{"id":1}\n');
    assert.equal((await bytesFrom(miner, 9)).toString(), '{"id":1}\n');
    miner.end();
    assert.equal((await bytesFrom(miner, 1)).length, 0);
    const strict = await startTap(context, 0, { upstream: { ...upstream, tls: {} } });
    const stranger = await connectTo(context, strict.port);
    assert.equal((await bytesFrom(stranger, 1)).length, 0);
    const closed = await strict.events.first(isClosed);
    assert.ok(isClosed(closed));
    assert.equal(closed.reason, 'pool: DEPTH_ZERO_SELF_SIGNED_CERT');
  },
);

test('the connections have a bound, and stop ends all of them', LIMIT, async (context) => {
  const upstream = await startUpstream(context);
  const { tap, port, events } = await startTap(context, upstream.port, { maxConnections: 1 });
  const miner = await connectTo(context, port);
  await upstream.sockets.first(() => true);
  const second = await connectTo(context, port);
  second.resume();
  await once(second, 'end');
  const ended = once(miner, 'end');
  miner.resume();
  await tap.stop();
  await ended;
  assert.equal(tap.connections, 0);
  assert.equal(upstream.sockets.all.length, 1);
  assert.deepEqual(
    events.all.filter(isClosed).map(({ reason }) => reason),
    ['the tap was stopped'],
  );
});

test('it listens where others can reach it only where that is allowed', async () => {
  const upstream = { host: '127.0.0.1', port: 1 };
  const make = (host: string, allowRemote: boolean) =>
    new Tap({ listen: { host, port: 0 }, upstream, allowRemote }, { onEvent: (_: ConversationEvent) => {} });
  for (const host of ['0.0.0.0', '::', '192.0.2.1', 'example.org', '128.0.0.1']) {
    assert.throws(() => make(host, false), { code: 'ADIT_NOT_LOOPBACK' });
    assert.doesNotThrow(() => make(host, true));
  }
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost'])
    assert.doesNotThrow(() => make(host, false));
});

test('a port that is taken is a clear error', async (context) => {
  const upstream = await startUpstream(context);
  const tap = new Tap(
    { listen: { host: '127.0.0.1', port: upstream.port }, upstream: { host: '127.0.0.1', port: 1 } },
    { onEvent: () => {} },
  );
  await assert.rejects(tap.start(), { code: 'ADIT_CANNOT_LISTEN' });
});
