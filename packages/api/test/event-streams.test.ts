import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { EventStreams, type EventStreamsOptions } from '@adit/api/public';
import { servePool } from './support/public-pool.ts';

function streamsOf(options: EventStreamsOptions = {}): EventStreams {
  return new EventStreams(options, { isShown: (_chain, account) => account === 'ann', asOfMs: () => 7 });
}

/** Opens a stream. @returns its socket, and a function that waits until a text was received */
async function follow(
  port: number,
  { topics = '', lastId }: { topics?: string; lastId?: string | undefined } = {},
) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const header = lastId === undefined ? '' : `Last-Event-ID: ${lastId}\r\n`;
  socket.write(
    `GET /api/v1/events${topics === '' ? '' : `?topics=${topics}`} HTTP/1.1\r\nHost: localhost\r\n${header}\r\n`,
  );
  let text = '';
  const changed = new EventTarget();
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    text += chunk;
    changed.dispatchEvent(new Event('data'));
  });
  const until = async (part: string) => {
    while (!text.includes(part))
      await new Promise((resolve) => changed.addEventListener('data', resolve, { once: true }));
    return text;
  };
  return { socket, until };
}

const idsIn = (text: string) => [...text.matchAll(/^id: (\S+)$/gm)].map(([, id]) => id ?? '');
const numbersIn = (text: string) => [...text.matchAll(/"n":(\d+)/g)].map(([, n]) => Number(n));

test('a stream that is cut after any event goes on behind it: nothing is lost or doubled', async (t) => {
  const streams = streamsOf();
  const { port } = await servePool(t, { modules: { extensions: [streams] } });
  const first = await follow(port);
  await first.until('event: hello');
  for (let n = 1; n <= 10; n += 1) streams.publish(n % 2 === 0 ? 'tip' : 'block', 'x', { n });
  const text = await first.until('"n":10}');
  assert.deepEqual(numbersIn(text), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const [i, id] of idsIn(text).slice(1).entries()) {
    const again = await follow(port, { lastId: id });
    assert.deepEqual(numbersIn(await again.until('event: hello')), numbersIn(text).slice(i + 1), id);
    again.socket.destroy();
  }
  const tips = await follow(port, { topics: 'tip', lastId: idsIn(text)[1] });
  assert.deepEqual(numbersIn(await tips.until('event: hello')), [2, 4, 6, 8, 10]);
  for (const lastId of ['other-3', 'x', `${idsIn(text)[0]?.split('-')[0]}-99`]) {
    const lost = await follow(port, { lastId });
    assert.match(await lost.until('event: hello'), /event: reset/);
    lost.socket.destroy();
  }
  first.socket.destroy();
  tips.socket.destroy();
});

test('a stream that missed more than may wait for a reader is told to read the documents again', async (t) => {
  const streams = streamsOf({ maxWaiting: 32 * 1024 });
  const { port } = await servePool(t, { modules: { extensions: [streams] } });
  const first = await follow(port);
  const [id = ''] = idsIn(await first.until('event: hello'));
  first.socket.destroy();
  const pad = 'x'.repeat(1_024);
  for (let n = 1; n <= 40; n += 1) streams.publish('tip', 'x', { pad, n });
  const again = await follow(port, { lastId: id });
  const text = await again.until('event: hello');
  assert.match(text, /event: reset/);
  assert.deepEqual(numbersIn(text), []);
  // Another topic missed nothing.
  const other = await follow(port, { topics: 'block', lastId: id });
  assert.doesNotMatch(await other.until('event: hello'), /event: reset/);
  for (const { socket } of [again, other]) socket.destroy();
});

test('a reader that does not read is cut, and others go on', async (t) => {
  const streams = streamsOf({ maxWaiting: 32 * 1024 });
  const { port } = await servePool(t, { modules: { extensions: [streams] } });
  const [slow, good] = [await follow(port), await follow(port)];
  await Promise.all([slow.until('event: hello'), good.until('event: hello')]);
  slow.socket.pause();
  // The system's buffers take some megabytes first.
  const pad = 'x'.repeat(256 * 1024);
  let sent = 0;
  while (streams.open === 2 && sent < 1_000) {
    sent += 1;
    streams.publish('tip', 'x', { pad, n: sent });
    await good.until(`"n":${sent}}`);
  }
  assert.equal(streams.open, 1);
  streams.publish('tip', 'x', { last: true });
  await good.until('"last":true');
  for (const { socket } of [slow, good]) socket.destroy();
});

test('streams are bounded, in all and for each address, and their places are free again', async (t) => {
  const streams = streamsOf({ maxOfAddress: 3 });
  const { port, url } = await servePool(t, { modules: { extensions: [streams] } });
  const open: { socket: Socket }[] = [];
  for (let i = 0; i < 3; i += 1) {
    const stream = await follow(port);
    await stream.until('event: hello');
    open.push(stream);
  }
  const fourth = await fetch(`${url}/api/v1/events`);
  assert.equal(fourth.status, 429);
  assert.equal(fourth.headers.get('retry-after'), '30');
  open[0]?.socket.destroy();
  while (streams.open === 3) await new Promise((resolve) => setTimeout(resolve, 5));
  const again = await follow(port);
  await again.until('event: hello');
  for (const { socket } of [...open, again]) socket.destroy();
});

test('topics that are unknown are refused, and unknown accounts as private ones', async (t) => {
  const streams = streamsOf();
  const { port, url } = await servePool(t, { modules: { extensions: [streams] } });
  const status = async (topics: string) => (await fetch(`${url}/api/v1/events?topics=${topics}`)).status;
  assert.equal(await status('nonsense'), 400);
  assert.equal(await status('account:zec:bob'), 404);
  assert.equal(await status('account:zec:%25E0%25A4%25A'), 400);
  assert.equal(await status(Array.from({ length: 5 }, () => 'account:zec:ann').join()), 400);
  assert.equal(await status(`account:zec:${'x'.repeat(2_000)}`), 400);
  const stream = await follow(port, { topics: 'account:zec:ann' });
  await stream.until('event: hello');
  streams.publish('account:zec:ann', 'account', { here: true });
  await stream.until('"here":true');
  assert.deepEqual([...streams.accountTopics], ['account:zec:ann']);
  stream.socket.destroy();
});

test('a server that ends says goodbye, with a time for each to come back', async (t) => {
  const streams = streamsOf();
  const { port, server } = await servePool(t, { modules: { extensions: [streams] } });
  const stream = await follow(port);
  await stream.until('event: hello');
  const closed = server.close();
  assert.match(await stream.until('event: bye'), /retry: \d{4,5}\n/);
  await closed;
});
