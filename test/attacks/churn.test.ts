import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { POOL_LIMITS } from '@adit/pool';
import { makeCertificate } from '@adit/test-kit/certificate';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import fc from 'fast-check';
import { plainShare, zcashScene } from './setup.ts';
import { Stranger } from './stranger.ts';

const { connections: CONNECTIONS } = POOL_LIMITS;
const withConnections = (changes: Partial<typeof CONNECTIONS>) => ({
  ...POOL_LIMITS,
  connections: { ...CONNECTIONS, ...changes },
});

const SUBSCRIBE = '{"id":1,"method":"mining.subscribe","params":["x"]}\n';

/** @returns how many of these connections are served; the others have been told why not */
async function served(strangers: readonly Stranger[]): Promise<number> {
  for (const stranger of strangers) stranger.write(SUBSCRIBE);
  await until('each is served or sent away', () =>
    strangers.every(({ text, closed }) => text !== '' || closed),
  );
  return strangers.filter(({ text }) => text.startsWith('{"id":1,"result":[')).length;
}

function connectAll(port: number, count: number, from: string): Promise<Stranger[]> {
  return Promise.all(Array.from({ length: count }, () => Stranger.connect(port, { from })));
}

test('T17: a flood of connects from one address gets its rate and no more, and a miner gets in and mines', async (context) => {
  const limits = withConnections({ addressConnectionsPerSecond: 0.01, addressConnectionBurst: 20 });
  const { portOf, events, rig, paid, pool } = await zcashScene(context, { pool: { limits } });
  const flood = await connectAll(portOf('zcash'), 600, '127.0.0.9');
  const honest = await rig('honest', { localAddress: '127.0.0.2' });
  assert.equal((await honest.submit(await plainShare(honest))).result, true);
  assert.equal(paid().length, 1);
  assert.equal(await served(flood), 20);
  for (const stranger of flood) stranger.socket.destroy();
  await until('they are gone', () => pool.connections === 1);
  // Who comes back is no better off; and those that were refused did not prolong it for anybody else.
  assert.equal(await served(await connectAll(portOf('zcash'), 5, '127.0.0.9')), 0);
  assert.equal(await served(await connectAll(portOf('zcash'), 5, '127.0.0.3')), 5);
  const because = events.flatMap((event) => (event.kind === 'connection_refused' ? [event.because] : []));
  assert.deepEqual(because, Array(585).fill('address_rate'));
});

test('T17: an address, a /24, an IPv6 /64 and the pool have their places, and each that is left is free again', async (context) => {
  const limits = withConnections({ maxPerAddress: 4, maxPerNetwork: 6, maxConnections: 10 });
  const { portOf, pool } = await zcashScene(context, {
    port: { proxies: ['127.0.0.9'] },
    pool: { limits },
  });
  const port = portOf('zcash');
  const proxied = async (addresses: readonly string[]) =>
    Promise.all(
      addresses.map(async (address) => {
        const stranger = await Stranger.connect(port, { from: '127.0.0.9' });
        const six = address.includes(':');
        stranger.write(`PROXY TCP${six ? 6 : 4} ${address} ${six ? '::1' : '127.0.0.1'} 1 1\r\n`);
        return stranger;
      }),
    );
  const groups: [string, () => Promise<Stranger[]>, number][] = [
    ['one address', () => connectAll(port, 7, '127.0.0.2'), 4],
    ['one address, told by a proxy', () => proxied(Array(7).fill('203.0.113.7')), 4],
    [
      'a mapped address is the same one',
      () =>
        proxied(Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? '203.0.113.7' : '::ffff:203.0.113.7'))),
      4,
    ],
    ['a /24', () => proxied(Array.from({ length: 9 }, (_, i) => `203.0.113.${i}`)), 6],
    ['a /64', () => proxied(Array.from({ length: 9 }, (_, i) => `2001:db8:1:2:${i}::1`)), 6],
    ['many networks', () => proxied(Array.from({ length: 14 }, (_, i) => `2001:db8:1:${i}::1`)), 10],
  ];
  for (const [what, connect, places] of [...groups, ...groups]) {
    const strangers = await connect();
    assert.equal(await served(strangers), places, what);
    for (const stranger of strangers) stranger.socket.destroy();
    await until('all are gone', () => pool.connections === 0);
  }
});

type Begin = 'plain' | 'tls' | 'v1' | 'v2' | 'unknown' | 'bad header' | 'half a header' | 'framed' | 'silent';
type End = 'reset' | 'destroy' | 'end' | 'stay';

const BEGINS: readonly Begin[] = [
  'plain',
  'tls',
  'v1',
  'v2',
  'unknown',
  'bad header',
  'half a header',
  'framed',
  'silent',
];
const PROXIED: ReadonlySet<Begin> = new Set(['v1', 'v2', 'unknown', 'bad header', 'half a header']);
const V2 = Buffer.concat([
  Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1'),
  Buffer.from([0x21, 0x11, 0, 12, 127, 0, 0, 3, 127, 0, 0, 1, 0, 1, 0, 1]),
]);

async function play(port: number, ca: string, begin: Begin, end: End): Promise<Stranger | undefined> {
  const from = PROXIED.has(begin) ? '127.0.0.9' : '127.0.0.2';
  const secure = begin === 'tls' ? { ca } : {};
  const stranger = await Stranger.connect(port, { from, ...secure }).catch(() => undefined);
  if (stranger === undefined) return undefined;
  const words: Partial<Record<Begin, string | Uint8Array>> = {
    plain: SUBSCRIBE,
    tls: SUBSCRIBE,
    v1: `PROXY TCP4 127.0.0.3 127.0.0.1 1 1\r\n${SUBSCRIBE}`,
    v2: V2,
    unknown: `PROXY UNKNOWN\r\n${SUBSCRIBE}`,
    'bad header': 'PROXY TCP4 nobody nowhere 1 1\r\n',
    'half a header': 'PROXY TCP4 127.0',
    framed: 'PROXY TCP4 127.0.0.3 127.0.0.1 1 1\r\n',
  };
  const said = words[begin];
  if (said !== undefined) stranger.write(said);
  await new Promise((resolve) => setImmediate(resolve));
  if (end === 'reset') stranger.reset();
  else if (end === 'destroy') stranger.socket.destroy();
  else if (end === 'end') stranger.socket.end();
  return stranger;
}

test('T17: whatever becomes of connections, on plain and TLS ports, behind a proxy or not, all places come back', async (context) => {
  const folder = temporaryFolder(context);
  const { cert: ca, key } = makeCertificate();
  const tls = { certFile: path.join(folder, 'cert.pem'), keyFile: path.join(folder, 'key.pem') };
  writeFileSync(tls.certFile, ca);
  writeFileSync(tls.keyFile, key, { mode: 0o600 });
  const limits = withConnections({ maxPerAddress: 4, maxPerNetwork: 5, maxConnections: 6 });
  const template = { proxies: ['127.0.0.9'] };
  const plain = await zcashScene(context, { port: template, pool: { limits } });
  const secure = await zcashScene(context, { port: { ...template, tls }, pool: { limits } });
  const someone = fc.record({
    scene: fc.constantFrom(plain, secure),
    begin: fc.constantFrom(...BEGINS),
    end: fc.constantFrom<End>('reset', 'destroy', 'end', 'stay'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(someone, { minLength: 1, maxLength: 40, size: 'max' }), async (crowd) => {
      const there = await Promise.all(
        crowd.map(({ scene, begin, end }) => play(scene.portOf('zcash'), ca, begin, end)),
      );
      for (const stranger of there) stranger?.socket.destroy();
      await until('nobody is there', () => plain.pool.connections + secure.pool.connections === 0);
    }),
    { numRuns: 30 },
  );
  for (const [scene, more] of [
    [plain, {}],
    [secure, { ca }],
  ] as const) {
    const port = scene.portOf('zcash');
    // Hellos of those who left are gone as soon as their sockets are.
    const from = (address: string, count: number) =>
      Promise.all(
        Array.from({ length: count }, () =>
          Stranger.connect(port, { from: address, ...more }).catch(() => undefined),
        ),
      );
    let strangers: Stranger[] = [];
    await until('all places are free', async () => {
      for (const stranger of strangers) stranger.socket.destroy();
      await until('nobody is there', () => scene.pool.connections === 0);
      strangers = (await from('127.0.0.2', 4)).filter((stranger) => stranger !== undefined);
      return (await served(strangers)) === 4;
    });
    // Exactly so many: a place that was given back twice would be there now.
    const fifth = (await from('127.0.0.2', 1)).filter((stranger) => stranger !== undefined);
    assert.equal(await served(fifth), 0, 'the fifth of an address');
    const third = (await from('127.0.0.3', 2)).filter((stranger) => stranger !== undefined);
    assert.equal(await served(third), 1, 'the sixth of a network');
    for (const stranger of [...strangers, ...third]) stranger.socket.destroy();
  }
});
