import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import fc from 'fast-check';
import { PROXY_HEADER_LIMIT, readProxyHeader } from '../src/proxy-header.ts';
import { bytesUntilEnd, dial, nextLine, setUp, textUntilEnd, until } from './support/server.ts';
import { makeTlsFolder } from './support/tls.ts';

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const PROXIES = ['127.0.0.0/8', '::1'];

function v2(command: number, family: number, rest: Buffer): Buffer {
  const head = Buffer.from([command, family, rest.length >> 8, rest.length & 0xff]);
  return Buffer.concat([SIGNATURE, head, rest]);
}

const addresses4 = Buffer.from([203, 0, 113, 9, 10, 0, 0, 1, 0x12, 0x34, 0x0d, 0x05]);
const addresses6 = Buffer.from(
  '20010db8000000000000000000000001' + '20010db8000000000000000000000002' + '12340d05',
  'hex',
);
const mapped = Buffer.from(
  '00000000000000000000ffffcb007109' + '00000000000000000000ffff0a000001' + '12340d05',
  'hex',
);
const tlvs = Buffer.concat([Buffer.from([0x04, 0x01, 0x00]), Buffer.alloc(256, 0x20)]);

/** A header, and the address that it gives. */
const GOOD: readonly (readonly [string, Buffer, string | undefined])[] = [
  ['v1 TCP4', Buffer.from('PROXY TCP4 203.0.113.9 10.0.0.1 4660 3333\r\n'), '203.0.113.9'],
  ['v1 TCP6', Buffer.from('PROXY TCP6 2001:DB8:0::1 2001:db8::2 4660 3333\r\n'), '2001:db8::1'],
  ['v1 mapped', Buffer.from('PROXY TCP6 ::ffff:cb00:7109 ::ffff:10.0.0.1 0 65535\r\n'), '203.0.113.9'],
  ['v1 UNKNOWN', Buffer.from('PROXY UNKNOWN\r\n'), undefined],
  ['v1 UNKNOWN with words', Buffer.from('PROXY UNKNOWN ffff:: what ever 1 2\r\n'), undefined],
  ['v2 TCP4', v2(0x21, 0x11, addresses4), '203.0.113.9'],
  ['v2 TCP6', v2(0x21, 0x21, addresses6), '2001:db8::1'],
  ['v2 mapped', v2(0x21, 0x21, mapped), '203.0.113.9'],
  ['v2 with TLVs', v2(0x21, 0x11, Buffer.concat([addresses4, tlvs])), '203.0.113.9'],
  ['v2 LOCAL', v2(0x20, 0x00, Buffer.alloc(0)), undefined],
  ['v2 LOCAL with addresses', v2(0x20, 0x11, addresses4), undefined],
  ['v2 UNSPEC', v2(0x21, 0x00, tlvs), undefined],
];

const BAD: readonly (readonly [Buffer, RegExp])[] = [
  [Buffer.from('{"id":1}\n'), /must begin with a PROXY header/],
  [Buffer.from('PROXX'), /must begin with a PROXY header/],
  [Buffer.from('PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n'), /neither TCP4, TCP6 nor UNKNOWN/],
  [Buffer.from('PROXY \r\n'), /neither/],
  [Buffer.from('PROXY TCP4 ::1 1.2.3.4 1 2\r\n'), /two TCP4 addresses/],
  [Buffer.from('PROXY TCP4 1.2.3.400 1.2.3.4 1 2\r\n'), /two TCP4 addresses/],
  [Buffer.from('PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n'), /two TCP6 addresses/],
  [Buffer.from('PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n'), /two port numbers/],
  [Buffer.from('PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n'), /two port numbers/],
  [Buffer.from('PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n'), /two port numbers/],
  [Buffer.from('PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n'), /two port numbers/],
  [Buffer.from(`PROXY UNKNOWN ${'x'.repeat(107)}`), /more than 107 bytes/],
  [v2(0x11, 0x11, addresses4), /unknown version or command/],
  [v2(0x22, 0x11, addresses4), /unknown version or command/],
  [v2(0x21, 0x12, addresses4), /not TCP/],
  [v2(0x21, 0x31, Buffer.alloc(216)), /not TCP/],
  [v2(0x21, 0x11, addresses4.subarray(0, 11)), /too short/],
  [v2(0x21, 0x21, addresses4), /too short/],
  [v2(0x20, 0x00, Buffer.alloc(2_049)), /at most 2048/],
];

test('each kind of PROXY header gives its address, and a part of a header needs more bytes', () => {
  for (const [name, header, address] of GOOD) {
    for (let length = 0; length < header.length; length += 1) {
      assert.equal(readProxyHeader(header.subarray(0, length)).kind, 'more', `${name}, ${length} bytes`);
    }
    const expected = { kind: 'header', length: header.length, ...(address === undefined ? {} : { address }) };
    assert.deepEqual(readProxyHeader(header), expected, name);
    assert.deepEqual(readProxyHeader(Buffer.concat([header, Buffer.from('{"id":1}\n')])), expected, name);
  }
});

test('a malformed header is refused with the reason', () => {
  for (const [bytes, why] of BAD) {
    const header = readProxyHeader(bytes);
    assert.equal(header.kind === 'bad' && why.test(header.why), true, `${bytes}: ${JSON.stringify(header)}`);
  }
});

test('no bytes make the reader throw, or wait without end', () => {
  const begin = fc.constantFrom(Buffer.alloc(0), Buffer.from('PROXY '), SIGNATURE);
  fc.assert(
    fc.property(begin, fc.uint8Array({ maxLength: 64 }), (first, rest) => {
      const padding = Buffer.alloc(PROXY_HEADER_LIMIT, 0x78);
      const header = readProxyHeader(Buffer.concat([first, rest, padding]));
      assert.notEqual(header.kind, 'more');
    }),
  );
});

test('T21: a header split over packets at any byte, with lines behind it, gives the same', async () => {
  const server = await setUp({ proxies: PROXIES });
  const lines = Buffer.from('{"id":1}\n{"id":2}\n');
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...GOOD),
      fc.array(fc.nat(300), { maxLength: 4 }),
      async ([, header, address], cuts) => {
        const bytes = Buffer.concat([header, lines]);
        const before = server.lines.length;
        const socket = await dial(server.port);
        socket.setNoDelay(true);
        let start = 0;
        for (const cut of [...cuts.map((at) => at % bytes.length).sort((a, b) => a - b), bytes.length]) {
          if (cut > start) socket.write(bytes.subarray(start, cut));
          start = Math.max(start, cut);
          // Two turns: the other side, in this process too, has read it by then.
          await new Promise((resolve) => setImmediate(resolve));
          await new Promise((resolve) => setImmediate(resolve));
        }
        await until(() => server.lines.length === before + 2);
        assert.deepEqual(server.lines.slice(before), ['{"id":1}', '{"id":2}']);
        assert.equal(server.connections.at(-1)?.remoteAddress, address ?? '127.0.0.1');
        socket.destroy();
        await until(() => server.census.total === 0);
      },
    ),
    { numRuns: 60 },
  );
  assert.deepEqual(server.refused, []);
  await server.stop();
});

test('T21: a header of either version may be split at every point', async () => {
  const server = await setUp({ proxies: PROXIES });
  for (const [, header, address] of GOOD.filter(([name]) => name === 'v1 TCP4' || name === 'v2 TCP6')) {
    for (let cut = 1; cut < header.length; cut += 1) {
      const before = server.connections.length;
      const socket = await dial(server.port);
      socket.setNoDelay(true);
      socket.write(header.subarray(0, cut));
      await new Promise((resolve) => setImmediate(resolve));
      socket.write(header.subarray(cut));
      await until(() => server.connections.length === before + 1);
      assert.equal(server.connections.at(-1)?.remoteAddress, address);
      socket.destroy();
    }
  }
  await server.stop();
});

test('T21: a header of either version from a peer that is not a proxy is refused, and changes no address', async () => {
  const server = await setUp({ proxies: ['192.0.2.1'] });
  for (const header of [GOOD[0]?.[1], GOOD[5]?.[1]]) {
    const socket = await dial(server.port);
    socket.write(Buffer.concat([header ?? Buffer.alloc(0), Buffer.from('{"id":1}\n')]));
    const answer = JSON.parse(await textUntilEnd(socket)) as { error: unknown[] };
    assert.match(String(answer.error[1]), /a PROXY header is taken from known proxies only/);
  }
  assert.deepEqual(server.refused, ['127.0.0.1 bad_proxy_header', '127.0.0.1 bad_proxy_header']);
  assert.deepEqual(server.lines, []);
  assert.deepEqual(
    server.connections.map(({ remoteAddress }) => remoteAddress),
    ['127.0.0.1', '127.0.0.1'],
  );
  await server.stop();
});

test('T21: a proxy without a header is refused, and so is a second header of either version', async () => {
  const server = await setUp({ proxies: PROXIES });
  const without = await dial(server.port);
  without.write('{"id":1}\n');
  await textUntilEnd(without);
  assert.deepEqual(server.refused, ['127.0.0.1 bad_proxy_header']);
  for (const [first, second] of [
    [0, 5],
    [5, 0],
  ] as const) {
    const twice = await dial(server.port);
    twice.write(Buffer.concat([GOOD[first]?.[1] ?? Buffer.alloc(0), GOOD[second]?.[1] ?? Buffer.alloc(0)]));
    await textUntilEnd(twice);
    assert.equal(server.refused.at(-1), '203.0.113.9 bad_proxy_header');
  }
  assert.deepEqual(server.lines, []);
  await server.stop();
});

test('a proxy that sends nothing, or half a header, is closed in time', async () => {
  const server = await setUp({ proxies: PROXIES, helloMs: 100 });
  const sockets = [await dial(server.port), await dial(server.port)];
  sockets[1]?.write('PROXY TCP4 203.0');
  await Promise.all(sockets.map(bytesUntilEnd));
  assert.deepEqual(server.refused, ['127.0.0.1 hello_timeout', '127.0.0.1 hello_timeout']);
  assert.equal(server.connections.length, 0);
  await server.stop();
});

test('limits and bans are for the address behind the proxy; the proxy itself has no limit but the total', async () => {
  const server = await setUp(
    { proxies: PROXIES },
    {
      limits: { maxConnections: 5, maxPerAddress: 2, maxPerNetwork: 3 },
      admit: (address) => (address === '198.51.100.1' ? 'banned: it cheats' : undefined),
    },
  );
  const enter = async (address: string, ok: boolean) => {
    const before = server.connections.length + server.refused.length;
    const socket = await dial(server.port);
    socket.write(address === '' ? 'PROXY UNKNOWN\r\n' : `PROXY TCP4 ${address} 10.0.0.1 1 2\r\n`);
    await until(() => server.connections.length + server.refused.length === before + 1);
    if (!ok) await bytesUntilEnd(socket);
    return socket;
  };
  await enter('203.0.113.9', true);
  const second = await enter('203.0.113.9', true);
  await enter('203.0.113.9', false);
  await enter('203.0.113.10', true);
  await enter('203.0.113.11', false);
  await enter('198.51.100.1', false);
  assert.deepEqual(server.refused, [
    '203.0.113.9 address_limit',
    '203.0.113.11 network_limit',
    '198.51.100.1 banned',
  ]);
  assert.equal(server.census.total, 3);
  await enter('', true);
  await enter('', true);
  await bytesUntilEnd(await dial(server.port));
  assert.equal(server.refused.at(-1), '127.0.0.1 full');
  second.destroy();
  await until(() => server.census.total === 4);
  await enter('203.0.113.9', true);
  await server.stop();
});

test('a header may come before TLS, in one packet with it or not', async () => {
  const folder = makeTlsFolder();
  const server = await setUp({ proxies: PROXIES, tls: folder.tls }, { echo: true });
  for (const [, header, address] of GOOD) {
    const raw = await dial(server.port);
    if (address === undefined) {
      raw.write(header.subarray(0, 3));
      await new Promise((resolve) => setImmediate(resolve));
      raw.write(header.subarray(3));
    } else {
      // The header comes together with the first bytes of the TLS client.
      raw.cork();
      raw.write(header);
      process.nextTick(() => raw.uncork());
    }
    const socket = connectTls({ socket: raw, host: 'localhost', ca: folder.certificate.cert });
    await once(socket, 'secureConnect');
    socket.write('behind\n');
    assert.equal(await nextLine(socket), 'behind');
    assert.equal(server.connections.at(-1)?.remoteAddress, address ?? '127.0.0.1');
    assert.equal(server.connections.at(-1)?.secure, true);
    socket.destroy();
  }
  const plain = await dial(server.port);
  plain.write('PROXY TCP4 203.0.113.9 10.0.0.1 1 2\r\n{"id":1}\n');
  assert.match(await textUntilEnd(plain), /this port speaks TLS/);
  assert.deepEqual(server.refused, ['203.0.113.9 plain_on_tls']);
  await server.stop();
  folder.remove();
});
