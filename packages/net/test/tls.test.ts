import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { Census, CONNECTION_LIMITS, listenerTurns, StratumClient, StratumListener } from '@adit/net';
import { makeCertificate } from '@adit/test-kit/certificate';
import { Turns } from '../src/turns.ts';
import { bytesUntilEnd, dial, nextLine, setUp, textUntilEnd, until } from './support/server.ts';
import { dialTls, makeTlsFolder } from './support/tls.ts';

test('on a TLS port lines come and go, and the connection says that it is secure', async () => {
  const folder = makeTlsFolder();
  const server = await setUp({ tls: folder.tls }, { echo: true });
  for (const host of ['127.0.0.1', 'localhost']) {
    const socket = await dialTls(server.port, folder.certificate.cert, host);
    socket.write('hello\n');
    assert.equal(await nextLine(socket), 'hello');
    assert.equal(socket.authorized, true);
    assert.equal(server.connections.at(-1)?.secure, true);
    assert.equal(server.connections.at(-1)?.remoteAddress, '127.0.0.1');
    socket.destroy();
  }
  assert.equal(server.connections.length, 2);
  await server.stop();
  folder.remove();
});

test('TLS before 1.2 is refused', async () => {
  const folder = makeTlsFolder();
  const server = await setUp({ tls: folder.tls });
  const old = connectTls({
    host: '127.0.0.1',
    port: server.port,
    ca: folder.certificate.cert,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    // OpenSSL would not even try otherwise.
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  await assert.rejects(once(old, 'secureConnect'));
  await until(() => server.refused.length === 1);
  assert.deepEqual(server.refused, ['127.0.0.1 tls_failed']);
  assert.equal(server.connections.length, 0);
  await server.stop();
  folder.remove();
});

test('a handshake survives any split of its bytes', async () => {
  const folder = makeTlsFolder();
  const server = await setUp({ tls: folder.tls }, { echo: true });
  // A relay that forwards byte by byte.
  const relay = createServer((from) => {
    const to = connect({ host: '127.0.0.1', port: server.port, noDelay: true });
    let sent = Promise.resolve();
    from.on('data', (chunk: Buffer) => {
      sent = sent.then(async () => {
        for (const byte of chunk) {
          to.write(Buffer.of(byte));
          await new Promise((resolve) => setImmediate(resolve));
        }
      });
    });
    to.pipe(from);
    from.on('error', () => {}).on('close', () => to.destroy());
    to.on('error', () => {});
  });
  await once(relay.listen(0, '127.0.0.1'), 'listening');
  const address = relay.address();
  if (address === null || typeof address === 'string') throw new Error('the relay has no port');
  const socket = await dialTls(address.port, folder.certificate.cert);
  socket.write('through the needle\n');
  assert.equal(await nextLine(socket), 'through the needle');
  socket.destroy();
  await server.stop();
  relay.close();
  folder.remove();
});

test('T15: plain text on a TLS port gets one line that says what the port speaks', async () => {
  const folder = makeTlsFolder();
  const server = await setUp({ tls: folder.tls });
  const socket = await dial(server.port);
  socket.write('{"id":1,"method":"mining.subscribe","params":[]}\n');
  assert.deepEqual(JSON.parse(await textUntilEnd(socket)), {
    id: null,
    result: null,
    error: [20, 'this port speaks TLS: use stratum+tls://', null],
  });
  assert.deepEqual(server.refused, ['127.0.0.1 plain_on_tls']);
  assert.equal(server.connections.length, 0);
  await server.stop();
  folder.remove();
});

test('T15: a TLS client on a plain port gets an alert, and the log says why', async () => {
  const server = await setUp();
  const socket = connectTls({ host: '127.0.0.1', port: server.port });
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  assert.match(error.code ?? '', /ALERT_HANDSHAKE_FAILURE/);
  await until(() => server.refused.length === 1);
  assert.deepEqual(server.refused, ['127.0.0.1 tls_on_plain']);
  assert.deepEqual(server.lines, []);
  await until(() => server.closed.length === 1);
  await server.stop();
});

test('T15: a handshake that stalls before or after its first byte ends in time, and its place is free again', async () => {
  const folder = makeTlsFolder();
  let came = 0;
  const admit = () => {
    came += 1;
    return undefined;
  };
  const server = await setUp({ tls: folder.tls, helloMs: 100 }, { admit });
  const silent = await dial(server.port);
  const begun = await dial(server.port);
  begun.write(Buffer.from('1603010200010001fc0303', 'hex'));
  // Not `total`: the first one's time may be over before the second one is seen.
  await until(() => came === 2);
  await Promise.all([bytesUntilEnd(silent), bytesUntilEnd(begun)]);
  assert.deepEqual(server.refused, ['127.0.0.1 hello_timeout', '127.0.0.1 hello_timeout']);
  assert.equal(server.census.total, 0);
  await server.stop();
  folder.remove();
});

test('garbage and broken connections during the handshake are reported and counted out', async () => {
  const folder = makeTlsFolder();
  const server = await setUp({ tls: folder.tls });
  const garbage = await dial(server.port);
  garbage.write(Buffer.concat([Buffer.of(0x16, 3, 1, 0, 200), Buffer.alloc(200, 0xff)]));
  await bytesUntilEnd(garbage);
  const leaver = await dial(server.port);
  leaver.write(Buffer.of(0x16, 3, 1));
  await until(() => server.census.total === 1);
  leaver.resetAndDestroy();
  await until(() => server.refused.length === 2);
  assert.deepEqual(server.refused, ['127.0.0.1 tls_failed', '127.0.0.1 tls_failed']);
  // A connection that sends nothing is not a fault: it may be a port scan or a health check.
  const mute = await dial(server.port);
  await until(() => server.census.total === 1);
  mute.end();
  await until(() => server.census.total === 0);
  assert.equal(server.refused.length, 2);
  await server.stop();
  folder.remove();
});

test('a client that leaves in the handshake is noticed at once, whether it resets or just hangs up', async () => {
  const folder = makeTlsFolder();
  // Nothing here may wait for the time limit of the handshake.
  const server = await setUp({ tls: folder.tls, helloMs: 600_000 });
  const distrustful = connectTls({ host: '127.0.0.1', port: server.port, maxVersion: 'TLSv1.3' });
  await once(distrustful, 'error');
  await until(() => server.census.total === 0);
  const half = await dial(server.port);
  half.write(Buffer.from('1603010200010001fc0303', 'hex'));
  await until(() => server.census.total === 1);
  half.end();
  await until(() => server.census.total === 0);
  assert.deepEqual(server.refused, ['127.0.0.1 tls_failed', '127.0.0.1 tls_failed']);
  for (const detail of server.details) assert.match(detail, /does it trust the certificate|does not trust/);
  await server.stop();
  folder.remove();
});

test('a peer that closes its half of a TLS connection still gets the answers that are under way', async () => {
  const folder = makeTlsFolder();
  const server = await setUp({ tls: folder.tls }, { echo: true });
  const socket = await dialTls(server.port, folder.certificate.cert);
  socket.end('last question\n');
  assert.equal(await textUntilEnd(socket), 'last question\n');
  assert.deepEqual(server.closed, ['left']);
  await server.stop();
  folder.remove();
});

test('a peer that is refused before the handshake gets an alert, not a line', async () => {
  const folder = makeTlsFolder();
  const server = await setUp({ tls: folder.tls }, { admit: () => 'banned for a test' });
  const socket = connectTls({ host: '127.0.0.1', port: server.port, ca: folder.certificate.cert });
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  assert.match(error.code ?? '', /ALERT_ACCESS_DENIED|ECONNRESET/);
  assert.deepEqual(server.refused, ['127.0.0.1 banned']);
  assert.deepEqual(server.details, ['banned for a test']);
  await server.stop();
  folder.remove();
});

test('new connections get a new certificate, and open ones stay', async () => {
  const folder = makeTlsFolder();
  const server = await setUp({ tls: folder.tls }, { echo: true });
  const before = await dialTls(server.port, folder.certificate.cert);
  const fresh = makeCertificate();
  folder.write(fresh);
  server.listener.update({ host: '127.0.0.1', port: 0, tls: folder.tls });
  const after = await dialTls(server.port, fresh.cert);
  assert.equal(after.getPeerCertificate().raw.toString('base64'), body(fresh.cert));
  before.write('still here\n');
  assert.equal(await nextLine(before), 'still here');
  assert.deepEqual(server.problems, []);
  assert.deepEqual(server.closed, []);
  before.destroy();
  after.destroy();
  await server.stop();
  folder.remove();
});

test('the listener finds changed files by itself, and keeps the old pair if the new one is broken', async () => {
  const folder = makeTlsFolder();
  const server = await setUp({ tls: folder.tls });
  const other = makeCertificate();
  // The key of another certificate.
  folder.write({ cert: folder.certificate.cert, key: other.key });
  await until(() => server.problems.length === 1);
  assert.match(server.problems[0] ?? '', /the old TLS certificate stays in use: .*cert\.pem and .*key\.pem/);
  const still = await dialTls(server.port, folder.certificate.cert);
  still.destroy();
  // The problem is reported once for each state of the files. Keys that others can read are refused here too.
  server.listener.update({ host: '127.0.0.1', port: 0, tls: folder.tls });
  assert.equal(server.problems.length, 1);
  chmodSync(folder.tls.keyFile, 0o644);
  server.listener.update({ host: '127.0.0.1', port: 0, tls: folder.tls });
  assert.match(server.problems[1] ?? '', /can be read by others: run chmod 600/);
  folder.write(other);
  server.listener.update({ host: '127.0.0.1', port: 0, tls: folder.tls });
  const now = await dialTls(server.port, other.cert);
  now.destroy();
  assert.equal(server.problems.length, 2);
  await server.stop();
  folder.remove();
});

test('at the start, the error names TLS files that cannot be used, with the reason', () => {
  const folder = makeTlsFolder();
  const { certFile, keyFile } = folder.tls;
  const other = makeTlsFolder();
  const make = (tls: { certFile: string; keyFile: string }, what: RegExp) =>
    assert.throws(
      () => new StratumListener({ host: '127.0.0.1', port: 0, tls }, { census, accept }),
      (error: Error & { code?: string }) => error.code === 'ADIT_TLS_FILES' && what.test(error.message),
    );
  make({ certFile: `${certFile}.not`, keyFile }, /cert\.pem\.not cannot be read: ENOENT/);
  make({ certFile, keyFile: other.tls.keyFile }, /cert\.pem and .* cannot be used/);
  writeFileSync(certFile, 'this is no certificate');
  make({ certFile, keyFile }, /cert\.pem cannot be used/);
  chmodSync(other.tls.keyFile, 0o644);
  make(other.tls, /key\.pem: it can be read by others: run chmod 600/);
  folder.remove();
  other.remove();
});

test('our client checks the certificate, and takes any certificate only with the option for that', async () => {
  const folder = makeTlsFolder();
  const server = await setUp({ tls: folder.tls }, { echo: true });
  const talk = (tls: { ca?: string; insecure?: boolean }) => {
    const result = Promise.withResolvers<string>();
    const client: StratumClient = new StratumClient(
      { host: 'localhost', port: server.port, lineLimit: 1024, tls },
      {
        opened: (connection) => connection.send(connection.secure ? 'secure\n' : 'plain\n'),
        line: (line) => result.resolve(Buffer.from(line).toString()),
        lost: ({ detail }) => result.resolve(detail),
      },
    );
    client.start();
    return result.promise.finally(() => client.stop());
  };
  assert.equal(await talk({}), 'DEPTH_ZERO_SELF_SIGNED_CERT');
  assert.equal(await talk({ ca: makeCertificate().cert }), 'DEPTH_ZERO_SELF_SIGNED_CERT');
  assert.equal(await talk({ ca: folder.certificate.cert }), 'secure');
  assert.equal(await talk({ insecure: true }), 'secure');
  await server.stop();
  folder.remove();
});

const census = new Census(CONNECTION_LIMITS);
const accept = () => ({ line: () => {}, closed: () => {} });

function body(pem: string): string {
  return pem.replace(/-----[^-]+-----|\n/g, '');
}

test('a handshake that never gets its turn ends in time, and its place is free again', async () => {
  const folder = makeTlsFolder();
  const handshakes = new Turns();
  handshakes.take = () => false;
  handshakes.wait = () => {};
  const turns = { ...listenerTurns(), handshakes };
  const server = await setUp({ tls: folder.tls, helloMs: 100 }, { turns });
  const socket = connectTls({ host: '127.0.0.1', port: server.port, ca: folder.certificate.cert });
  socket.on('error', () => {});
  await until(() => server.refused.length === 1);
  assert.deepEqual(server.refused, ['127.0.0.1 hello_timeout']);
  await until(() => server.census.total === 0);
  await server.stop();
  folder.remove();
});

test('thirty handshakes of one address at once all get their turn', async () => {
  const folder = makeTlsFolder();
  const server = await setUp({ tls: folder.tls }, { echo: true });
  const sockets = await Promise.all(
    Array.from({ length: 30 }, () => dialTls(server.port, folder.certificate.cert)),
  );
  await until(() => server.connections.length === 30);
  for (const socket of sockets) socket.destroy();
  await server.stop();
  folder.remove();
});
