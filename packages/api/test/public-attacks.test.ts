import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { EventStreams, StaticFiles } from '@adit/api/public';
import { AnswerCache, readyAnswer } from '../src/public/http/answer-cache.ts';
import { LONG_NAME, servePool } from './support/public-pool.ts';

/** Sends bytes as they are, and reads until the other side ends. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => undefined);
  socket.write(bytes);
  await once(socket, 'close');
  return text;
}

const get = (target: string, headers = '') =>
  `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n`;
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

test('tricks with paths read no file, and end no request with 500', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'adit-pages-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(path.join(folder, 'dist', 'assets'), { recursive: true });
  writeFileSync(path.join(folder, 'secret.txt'), 'the secret');
  writeFileSync(path.join(folder, 'dist', 'index.html'), '<!doctype html><title>pool</title>');
  writeFileSync(path.join(folder, 'dist', 'assets', 'app-abcdefgh.js'), 'export {};');
  symlinkSync(path.join(folder, 'secret.txt'), path.join(folder, 'dist', 'link.txt'));
  const files = new StaticFiles(path.join(folder, 'dist'));
  const { port, problems } = await servePool(t, { modules: { files } });
  for (const target of [
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%252e%252e/secret.txt',
    '/..\\secret.txt',
    '/assets/../../secret.txt',
    '/link.txt',
    '//secret.txt',
    '/secret.txt%00.html',
    '/%00',
    '/%ff%fe',
    '/%',
    '/api/v1/../../secret.txt',
    '/api/v1/chains/zec/accounts/%2e%2e%2fsecret.txt',
    '/api/v1/chains/__proto__',
    '/api/v1/chains/zec/accounts/__proto__/workers',
    '/api/v1/chains/zec/accounts/constructor',
    'http://evil.example/api/v1/pool',
    '*',
  ]) {
    const answer = await exchange(port, get(target));
    assert.ok(!answer.includes('the secret'), target);
    assert.ok([200, 400, 404].includes(statusOf(answer)), `${target}: ${answer.slice(0, 60)}`);
    if (statusOf(answer) === 200) assert.match(answer, /<title>pool<\/title>/, target);
  }
  const page = await exchange(port, get('/zec/m/someone'));
  assert.match(page, /require-trusted-types-for 'script'; trusted-types 'none'/);
  assert.match(page, /default-src 'none'/);
  assert.match(await exchange(port, get('/assets/app-abcdefgh.js')), /max-age=31536000/);
  assert.deepEqual(problems, []);
});

test('heads, addresses and queries without a bound are refused', async (t) => {
  const { port } = await servePool(t);
  const pool = '/api/v1/pool';
  assert.equal(statusOf(await exchange(port, get(pool, `X: ${'a'.repeat(40_000)}\r\n`))), 431);
  assert.equal(statusOf(await exchange(port, get(`${pool}?${'a=1&'.repeat(9)}`))), 400);
  assert.equal(statusOf(await exchange(port, get(`${pool}?a=1&a=2`))), 400);
  assert.equal(statusOf(await exchange(port, get(`${pool}?__proto__=1`))), 400);
  assert.equal(statusOf(await exchange(port, get(`/api/v1/${'x'.repeat(7_000)}`))), 414);
  assert.equal(statusOf(await exchange(port, get('/api/v1/chains/zec/blocks?limit=1e9'))), 400);
  assert.equal(statusOf(await exchange(port, get('/api/v1/chains/zec/blocks?limit=NaN'))), 400);
  assert.equal(statusOf(await exchange(port, get(pool, 'Content-Length: 5\r\n'))), 413);
  assert.equal(statusOf(await exchange(port, get(pool, 'Transfer-Encoding: chunked\r\n'))), 413);
  assert.equal(statusOf(await exchange(port, 'NONSENSE\r\n\r\n')), 400);
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
    assert.equal(statusOf(await exchange(port, get(pool).replace('GET', method))), 405);
  const wrong = await exchange(port, get(pool).replace('localhost', 'evil.example'));
  assert.equal(statusOf(wrong), 421);
  assert.match(wrong, /"code":"ADIT_API_WRONG_HOST"/);
  assert.match(wrong, /access-control-allow-origin: \*/i, 'a page must be able to read why');
});

test('a request that comes slowly is ended, and holds up nobody', async (t) => {
  const { port, url } = await servePool(t);
  const slow: Socket[] = [];
  for (let i = 0; i < 200; i += 1) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.resume();
    socket.write('GET /api/v1/pool HTTP/1.1\r\nHost: localhost\r\nX: ');
    slow.push(socket);
  }
  await Promise.all(slow.map((socket) => once(socket, 'connect')));
  assert.equal((await fetch(`${url}/api/v1/pool`)).status, 200);
  await Promise.all(slow.map((socket) => once(socket, 'close')));
});

test('more connections than there are places close the idle ones, never one that asks', async (t) => {
  const { port, url, server } = await servePool(t, { options: { maxConnections: 50 } });
  const idle: Socket[] = [];
  for (let i = 0; i < 300; i += 1) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    idle.push(socket);
  }
  await Promise.all(idle.map((socket) => once(socket, 'connect')));
  for (let i = 0; i < 20; i += 1) assert.equal((await fetch(`${url}/api/v1/pool`)).status, 200);
  assert.ok(server.connections <= 50);
  for (const socket of idle) socket.destroy();
});

test('thousands of streams are bounded, and a further one is told to come back', async (t) => {
  const streams = new EventStreams(
    { maxStreams: 400, maxOfAddress: 1_000 },
    { isShown: () => false, asOfMs: () => 0 },
  );
  const { port, url } = await servePool(t, { modules: { extensions: [streams] } });
  const open: Socket[] = [];
  for (let i = 0; i < 500; i += 1) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.resume();
    socket.write('GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    open.push(socket);
  }
  while (streams.open < 400) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal((await fetch(`${url}/api/v1/events`)).status, 503);
  assert.equal((await fetch(`${url}/api/v1/pool`)).status, 200);
  for (let i = 0; i < 100; i += 1) streams.publish('tip', 'tip', { i });
  assert.equal(streams.open, 400);
  for (const socket of open) socket.destroy();
  while (streams.open > 0) await new Promise((resolve) => setTimeout(resolve, 5));
});

test('a thousand callers who ask at once are answered with one look, and what is kept is bounded', async () => {
  const cache = new AnswerCache({ maxEntries: 100, maxBytes: 1_000_000 }, () => 0);
  const gate = Promise.withResolvers<void>();
  let looks = 0;
  const make = async () => {
    looks += 1;
    await gate.promise;
    return readyAnswer(200, 'text/plain', 'x'.repeat(2_000), 5);
  };
  const answers = Array.from({ length: 1_000 }, () => cache.get('one', make));
  gate.resolve();
  assert.equal(new Set(await Promise.all(answers)).size, 1);
  assert.equal(looks, 1);
  const small = readyAnswer(200, 'text/plain', 'y', 5);
  for (let i = 0; i < 100_000; i += 1) await cache.get(`other ${i}`, async () => small);
  assert.ok(cache.size <= 100 && cache.bytes <= 1_000_000 && cache.making === 0);
});

test('answers that are made at once are bounded, and callers of one that is being made still get it', async () => {
  const cache = new AnswerCache({ maxEntries: 100, maxBytes: 1_000_000 }, () => 0);
  const gate = Promise.withResolvers<void>();
  const make = async () => {
    await gate.promise;
    return readyAnswer(200, 'text/plain', 'x', 5);
  };
  const answers = Array.from({ length: 64 }, (_, i) => cache.get(`${i}`, make));
  await assert.rejects(cache.get('one more', make), { code: 'ADIT_API_BUSY' });
  answers.push(cache.get('63', make));
  gate.resolve();
  assert.equal((await Promise.all(answers)).length, 65);
  assert.equal((await cache.get('one more', make)).status, 200);
});

test('a search for names is slowed for its address, and takes no memory without a bound', async (t) => {
  const { server, url } = await servePool(t);
  let refused = 0;
  for (let i = 0; i < 200; i += 1) {
    const { status, headers } = await fetch(`${url}/api/v1/chains/zec/accounts/t1${i}`);
    if (status === 429) {
      refused += 1;
      assert.match(headers.get('retry-after') ?? '', /^\d+$/, 'it learns when to ask again');
    } else assert.equal(status, 404);
  }
  assert.ok(refused >= 165, `${refused}`);
  assert.ok(server.kept.absent <= 200 && server.kept.documents === 0);
  // Names that exist are answered all the same: others may sit behind the address.
  assert.equal((await fetch(`${url}/api/v1/chains/zec/accounts/${LONG_NAME}`)).status, 200);
});

test('limits count by address, and a header names it only where a proxy of the pool sent it', async (t) => {
  const forged = await servePool(t, { options: { perSecond: 1, burst: 5 } });
  const ask = ({ url }: { readonly url: string }, from: string) =>
    fetch(`${url}/api/v1/pool`, { headers: { 'x-forwarded-for': from } });
  const statuses = [];
  for (let i = 0; i < 10; i += 1) statuses.push((await ask(forged, `198.51.100.${i}`)).status);
  assert.ok(statuses.includes(429), 'a caller cannot choose its address');
  const last = await ask(forged, '198.51.100.99');
  assert.match(last.headers.get('retry-after') ?? '', /^\d+$/);
  const proxied = await servePool(t, {
    options: { perSecond: 1, burst: 5, trustedProxies: ['127.0.0.0/8'] },
  });
  for (let i = 0; i < 10; i += 1) assert.equal((await ask(proxied, `198.51.100.${i}`)).status, 200);
  const same = [];
  // What stands before the address that the proxy saw was written by the caller.
  for (let i = 0; i < 10; i += 1) same.push((await ask(proxied, `203.0.113.${i}, 198.51.100.200`)).status);
  assert.ok(same.includes(429));
});

test('answers are shortened, and not sent again to a caller that has them', async (t) => {
  const { url, port } = await servePool(t);
  const target = `${url}/api/v1/pool`;
  const etag = (await fetch(target)).headers.get('etag') ?? '';
  for (const have of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    const again = await fetch(target, { headers: { 'if-none-match': have } });
    assert.equal(again.status, 304, have);
    assert.equal(await again.text(), '');
  }
  const head = await exchange(port, get('/api/v1/pool').replace('GET', 'HEAD'));
  assert.match(head, /content-length: [1-9]/i);
  assert.ok(head.endsWith('\r\n\r\n'));
  const long = `${url}/api/v1/openapi.json`;
  const plain = await fetch(long, { headers: { 'accept-encoding': 'gzip;q=0, identity' } });
  assert.equal(plain.headers.get('content-encoding'), null);
  assert.equal(plain.headers.get('vary'), 'Accept-Encoding');
  assert.equal((await fetch(long)).headers.get('content-encoding'), 'gzip');
});
