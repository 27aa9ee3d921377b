import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { bytesUntilEnd, dial, nextLine, setUp, textUntilEnd, until } from './support/server.ts';
import { dialTls, makeTlsFolder } from './support/tls.ts';

test('T15: a browser on a Stratum port learns what the port is, and reaches nothing else', async () => {
  const server = await setUp();
  const request = get({ host: '127.0.0.1', port: server.port, path: '/api/admin' });
  const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
  assert.equal(response.statusCode, 400);
  let body = '';
  for await (const chunk of response) body += chunk;
  assert.equal(body, 'this port speaks Stratum, not HTTP: point a miner at it\n');
  assert.deepEqual(server.refused, ['127.0.0.1 http']);
  assert.deepEqual(server.lines, []);
  await server.stop();
});

test('T15: HTTP is recognised in any split and behind TLS, and a line of a miner is never taken for HTTP', async () => {
  const folder = makeTlsFolder();
  const plain = await setUp({}, { echo: true });
  const slow = await dial(plain.port);
  slow.setNoDelay(true);
  for (const part of ['PO', 'ST / HT', 'TP/1.1\r', '\nHost: x\r\n\r\n']) {
    slow.write(part);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.match(await textUntilEnd(slow), /^HTTP\/1\.1 400 Bad Request\r\n/);
  const miner = await dial(plain.port);
  const line = '{"method":"GET / HTTP/1.1"}';
  miner.write(`${line}\nGET / HTTP/1.1\n`);
  assert.equal(await nextLine(miner), line);
  await until(() => plain.lines.length === 2);
  assert.deepEqual(plain.refused, ['127.0.0.1 http']);
  await plain.stop();
  miner.destroy();

  const secret = await setUp({ tls: folder.tls });
  const browser = await dialTls(secret.port, folder.certificate.cert);
  browser.write('GET / HTTP/1.1\r\n\r\n');
  assert.match(await textUntilEnd(browser), /^HTTP\/1\.1 400/);
  await secret.stop();
  folder.remove();
});

test('T15: a silent connection is handed over at once, is counted, and gets what the pool sends', async () => {
  const server = await setUp(
    {},
    {
      accept: (connection) => {
        connection.send('job\n');
        return { line: () => {}, closed: () => {} };
      },
    },
  );
  const socket = await dial(server.port);
  assert.equal(await nextLine(socket), 'job');
  assert.equal(server.census.total, 1);
  socket.destroy();
  await server.stop();
});

test('T15: a peer that closes its half still gets the answers that are under way', async () => {
  const server = await setUp({}, { echo: true });
  const socket = await dial(server.port);
  socket.end('last question\n');
  assert.equal(await textUntilEnd(socket), 'last question\n');
  assert.deepEqual(server.closed, ['left']);
  await server.stop();
});

test('T17: a thousand connections one after the other leave nothing behind, however they end', async () => {
  let turn = 0;
  let accepted = 0;
  const server = await setUp(
    { proxies: ['127.0.0.3'] },
    {
      // Hardly anything comes back while this runs, however long it takes: the last rounds find the rate used up.
      limits: { maxPerAddress: 10, addressConnectionsPerSecond: 0.001, addressConnectionBurst: 300 },
      accept: (connection) => {
        turn += 1;
        if (turn % 7 === 0) throw new Error('nonce1 is exhausted');
        if (turn % 5 === 0) connection.drop({ cause: 'stopped', detail: 'not wanted' });
        if (turn % 3 === 0) connection.close({ cause: 'stopped', detail: 'not wanted either' });
        accepted += 1;
        return {
          line: () => connection.close({ cause: 'stopped', detail: 'it spoke' }),
          closed: () => {
            accepted -= 1;
          },
        };
      },
    },
  );
  for (let round = 0; round < 20; round += 1) {
    const sockets = await Promise.all(Array.from({ length: 50 }, () => dial(server.port)));
    // All are there before the first one goes: the kernel has let them in, but the server must have too.
    const limited = () => server.refused.filter((text) => text.includes('address_')).length;
    await until(() => turn + limited() === 50 * (round + 1));
    for (const [index, socket] of sockets.entries()) {
      const words = ['', '{}\n', 'GET / HTTP/1.1\r\n', 'PROXY UNKNOWN\r\n', '\x16\x03\x01'][index % 5] ?? '';
      if (words !== '') socket.write(words, 'latin1');
      if (index % 4 === 0) socket.resetAndDestroy();
      else if (index % 4 === 1) socket.destroy();
      else socket.end();
      socket.resume();
    }
    await until(() => server.census.total === 0);
  }
  assert.equal(server.listener.connections.size, 0);
  assert.equal(accepted, 0, 'each handler heard of the end');
  const because = new Set(server.refused.map((text) => text.split(' ')[1]));
  for (const expected of ['refused', 'address_rate', 'address_limit'])
    assert.ok(because.has(expected), expected);
  assert.ok(server.details.includes('nonce1 is exhausted'));
  await server.stop();
});

test('T17: a peer that is refused learns why', async () => {
  const server = await setUp(
    {},
    {
      limits: { addressConnectionsPerSecond: 0.001, addressConnectionBurst: 2 },
      accept: () => {
        throw new Error('all nonces are taken');
      },
    },
  );
  for (const what of ['all nonces are taken', 'all nonces are taken', /too many new connections from this/]) {
    const answer = JSON.parse(await textUntilEnd(await dial(server.port))) as { error: [number, string] };
    if (typeof what === 'string') assert.equal(answer.error[1], what);
    else assert.match(answer.error[1], what);
  }
  await server.stop();
});

test('IPv6: a port on ::1 works, and one on :: takes both kinds, where IPv4 addresses keep their spelling', async (t) => {
  const probe = createServer().listen(0, '::1');
  const able = await Promise.race([
    once(probe, 'listening').then(() => true),
    once(probe, 'error').then(() => false),
  ]);
  probe.close();
  if (!able) return t.skip('this machine has no IPv6');
  const six = await setUp({ host: '::1' }, { echo: true });
  const socket = await dial(six.port, '::1');
  socket.write('six\n');
  assert.equal(await nextLine(socket), 'six');
  assert.equal(six.connections[0]?.remoteAddress, '::1');
  socket.destroy();
  await six.stop();

  const both = await setUp({ host: '::', proxies: ['127.0.0.2'] }, { echo: true });
  for (const host of ['127.0.0.1', '::1']) {
    const one = await dial(both.port, host);
    one.write('either\n');
    assert.equal(await nextLine(one), 'either');
    assert.equal(both.connections.at(-1)?.remoteAddress, host);
    one.destroy();
  }
  await both.stop();
});

test('parts are sent in their order, small or large, text or bytes', async () => {
  const parts = ['é', Buffer.from('bytes'), 'x'.repeat(40_000), Buffer.alloc(3, 0x79), '\n'];
  const server = await setUp(
    {},
    {
      accept: (connection) => {
        connection.send('a', 'b', 'é\n');
        connection.send('c', Buffer.from('d'), 'é\n');
        connection.send(...parts);
        connection.close({ cause: 'stopped', detail: 'all is said' });
        return { line: () => {}, closed: () => {} };
      },
    },
  );
  const bytes = await bytesUntilEnd(await dial(server.port));
  assert.equal(bytes.toString(), `abé\ncdé\nébytes${'x'.repeat(40_000)}yyy\n`);
  await server.stop();
});
