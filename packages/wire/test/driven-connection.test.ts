import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { DrivenConnection, type DrivenConnectionOptions, opened, type Received } from '../src/index.ts';

const LONG_MS = 20_000;

class Ear extends DrivenConnection {
  readonly heard: string[] = [];
  onEach: (received: Received) => void = () => {};

  constructor(socket: Socket, options: Partial<DrivenConnectionOptions> = {}) {
    super({ otherSide: 'pool', lineLimit: 100, textKept: 20, ...options }, socket);
  }

  say(data: string): void {
    this.write(data);
  }

  protected override shown(line: Uint8Array): string {
    return Buffer.from(line).toString();
  }

  protected override record(from: 'probe' | 'peer', text: string): void {
    this.heard.push(`${from} ${text}`);
  }

  protected override onMessage(received: Received): void {
    this.onEach(received);
  }
}

/** An ear, and the socket at the other end of its connection. */
async function pair(
  context: TestContext,
  options: Partial<DrivenConnectionOptions> = {},
): Promise<{ ear: Ear; other: Socket }> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const socket = connect({ port: address.port, host: '127.0.0.1', allowHalfOpen: true });
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const ear = new Ear(await opened({ socket, opened: 'connect' }, LONG_MS), options);
  const [other] = await accepted;
  other.on('error', () => {});
  context.after(() => {
    ear.close();
    other.destroy();
    server.close();
  });
  return { ear, other };
}

test('every message is kept in order, and a wait finds one that has come or is still to come', async (context) => {
  const { ear, other } = await pair(context);
  other.write('{"id":1,"result":true}\n{"method":"a","params":[');
  assert.ok(await ear.until(() => ear.received.length === 1, LONG_MS));
  const second = ear.next(({ message }) => message.kind === 'notification', { within: LONG_MS });
  other.write('1]}\r\n');
  assert.equal((await second)?.text, '{"method":"a","param');
  const again = await ear.next(() => true, { within: LONG_MS, from: 1 });
  assert.equal(again, ear.received[1]);
  assert.deepEqual(ear.heard, ['peer {"id":1,"result":true}', 'peer {"method":"a","params":[1]}']);
});

test('what is sent leaves as it is, half lines and junk too', async (context) => {
  const { ear, other } = await pair(context);
  ear.say('{"half');
  ear.say('\0\n\n');
  let text = '';
  for await (const chunk of other) {
    text += String(chunk);
    if (text.length >= 9) break;
  }
  assert.equal(text, '{"half\0\n\n');
});

test('a wait ends when the other side ends the connection, and says who did', async (context) => {
  const { ear, other } = await pair(context);
  const wait = ear.until(() => false, LONG_MS);
  other.end();
  assert.equal(await wait, false);
  assert.equal(ear.closed, 'closed by the pool');
  assert.equal(ear.closedHere, false);
  assert.ok(ear.closedAt >= ear.since);
  assert.equal(await ear.next(() => true, { within: LONG_MS }), undefined);
  ear.say('dropped\n');
});

test('a connection may stay open for writing when the other side has ended its half', async (context) => {
  const { ear, other } = await pair(context, { keepsHalf: true });
  other.end();
  await ear.until(() => false, LONG_MS);
  assert.equal(ear.closed, 'closed by the pool');
  ear.say('still here\n');
  const [chunk] = (await once(other, 'data')) as [Buffer];
  assert.equal(chunk.toString(), 'still here\n');
  ear.close();
  await once(other, 'close');
});

test('a line that is too long ends the connection, and this program did', async (context) => {
  const { ear, other } = await pair(context);
  other.write('x'.repeat(200));
  await ear.until(() => false, LONG_MS);
  assert.equal(ear.closed, 'closed by the probe: a line of more than 100 bytes');
  assert.equal(ear.closedHere, true);
});

test('a mistake of this program with one message ends that connection only, and each wait on it fails', async (context) => {
  const { ear, other } = await pair(context);
  ear.onEach = () => {
    throw new TypeError('no such thing');
  };
  other.write('{"id":1,"result":true}\n{"id":2,"result":true}\n');
  await assert.rejects(
    ear.until(() => false, LONG_MS),
    /the probe itself failed: no such thing/,
  );
  await assert.rejects(
    ear.until(() => false, LONG_MS),
    /the probe itself failed/,
  );
  assert.equal(ear.received.length, 1);
});

test('a connection that does not come about says why in a clause', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  await new Promise((resolve) => server.close(resolve));
  const dialled = () => connect(address.port, '127.0.0.1');
  const refused = dialled();
  await assert.rejects(opened({ socket: refused, opened: 'connect' }, LONG_MS), /ECONNREFUSED/);
  assert.equal(refused.destroyed, true);
  // Nothing ever says that this one may be written to.
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const place = silent.address();
  assert.ok(typeof place === 'object' && place !== null);
  const socket = connect(place.port, '127.0.0.1');
  await assert.rejects(opened({ socket, opened: 'secureConnect' }, 50), /^Error: no answer within 50 ms$/);
  assert.equal(socket.destroyed, true);
  const waiting = connect(place.port, '127.0.0.1');
  const stop = new AbortController();
  const wait = opened({ socket: waiting, opened: 'secureConnect' }, LONG_MS, stop.signal);
  stop.abort();
  assert.equal(await wait, waiting);
  waiting.destroy();
  await new Promise((resolve) => silent.close(resolve));
});
