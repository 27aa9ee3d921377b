import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONDUCT_DEFAULTS } from '@adit/pool';
import { until } from '@adit/test-kit/until';
import { plainShare, type ZcashScene, zcashScene } from './setup.ts';
import { ANY_NUMBER, Stranger } from './stranger.ts';

const PROXY = '127.0.0.9';
const SUBSCRIBE = '{"id":1,"method":"mining.subscribe","params":["x"]}\n';
const SEVERE = { ...CONDUCT_DEFAULTS, warnAt: 1, slowAt: 3, slowMs: 1, disconnectAt: 3, banAt: 3 };
/** Half a point each. */
const BAD_LINES = 'no message\n'.repeat(40);

const v1 = (from: string) => `PROXY TCP${from.includes(':') ? 6 : 4} ${from} ${from} 1024 65535\r\n`;

function v2(from: string, command = 0x21): Buffer {
  const address = from.split('.').map(Number);
  const start = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
  // A TLV behind the addresses, as balancers send them.
  return Buffer.concat([
    start,
    Buffer.from([command, 0x11, 0, 15, ...address, ...address, 4, 0, 4, 0, 3, 0, 0]),
  ]);
}

const addressesOf = ({ events }: ZcashScene) =>
  events.flatMap((event) => (event.kind === 'connected' ? [event.address] : []));
const refusalsOf = ({ events }: ZcashScene) =>
  events.flatMap((event) =>
    event.kind === 'connection_refused' ? [`${event.address} ${event.because}`] : [],
  );
const bannedBy = ({ pool }: ZcashScene) => pool.bans.list().map(({ subject }) => subject);

const scene = (context: Parameters<typeof zcashScene>[0]) =>
  zcashScene(context, { port: { proxies: [PROXY] }, pool: { conduct: SEVERE, limits: ANY_NUMBER } });

test('T21: who is no proxy cannot frame another address with a header, and does not escape his own ban', async (context) => {
  const running = await scene(context);
  const { portOf, pool, rig, paid } = running;
  const victim = await rig('victim', { localAddress: '127.0.0.2' });
  for (const header of [v1('127.0.0.2'), v2('127.0.0.2'), v1('127.0.0.2').repeat(3), 'PROXY UNKNOWN\r\n']) {
    const stranger = await Stranger.connect(portOf('zcash'), { from: '127.0.0.5' });
    stranger.write(header);
    stranger.write(BAD_LINES);
    assert.match(await stranger.untilClosed(), /^\{"id":null,[^\n]*PROXY header[^\n]*\n$/);
  }
  assert.deepEqual(refusalsOf(running), Array(4).fill('127.0.0.5 bad_proxy_header'));
  // The same behind a first message: it is a line that is no message, by who sent it.
  const patient = await Stranger.connect(portOf('zcash'), { from: '127.0.0.5' });
  patient.write(`${SUBSCRIBE}${v1('127.0.0.2')}${BAD_LINES}`);
  await patient.untilClosed();
  assert.deepEqual(bannedBy(running), ['127.0.0.5']);
  for (const header of [v1('127.0.0.2'), v2('127.0.0.2'), '']) {
    const again = await Stranger.connect(portOf('zcash'), { from: '127.0.0.5' });
    again.write(`${header.toString('latin1')}${SUBSCRIBE}`);
    assert.match(await again.untilClosed(), /banned/);
  }
  assert.equal((await victim.submit(await plainShare(victim))).result, true);
  assert.equal(paid().length, 1);
  assert.equal(pool.connections, 1);
});

test('T21: what a client does behind a proxy counts against the client, in every spelling, never against the proxy', async (context) => {
  const running = await scene(context);
  const { portOf, pool } = running;
  const through = async (header: string | Uint8Array, ...parts: readonly (string | Uint8Array)[]) => {
    const stranger = await Stranger.connect(portOf('zcash'), { from: PROXY });
    for (const part of [header, ...parts]) {
      stranger.write(part);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return stranger;
  };
  const bystander = await through(v1('203.0.113.8'), SUBSCRIBE);
  const neighbour = await through(v1('2001:db8:1:2::8'), SUBSCRIBE);
  const bad = await through(v2('203.0.113.7'), SUBSCRIBE, BAD_LINES);
  await bad.untilClosed();
  assert.deepEqual(bannedBy(running), ['203.0.113.7']);
  for (const header of [
    v1('203.0.113.7'),
    v2('203.0.113.7'),
    v1('::ffff:203.0.113.7'),
    v1('::FFFF:CB00:7107'),
  ]) {
    assert.match(await (await through(header, SUBSCRIBE)).untilClosed(), /banned/);
  }
  const six = await through(v1('2001:db8:1:3::7'), SUBSCRIBE, BAD_LINES);
  await six.untilClosed();
  assert.deepEqual(bannedBy(running).toSorted(), ['2001:db8:1:3::/64', '203.0.113.7']);
  assert.match(await (await through(v1('2001:0db8:0001:0003:ffff::1'), SUBSCRIBE)).untilClosed(), /banned/);
  // The proxy speaking for itself: as badly as can be, and it stays welcome. So does everybody behind it.
  for (const own of [
    'PROXY UNKNOWN\r\n',
    'PROXY UNKNOWN 203.0.113.7 203.0.113.7 1 1\r\n',
    v2('203.0.113.7', 0x20),
  ]) {
    const check = await through(own, SUBSCRIBE, BAD_LINES);
    await until('it is answered', () => check.lines.length > 40 || check.closed);
    check.socket.destroy();
  }
  assert.equal(bannedBy(running).includes(PROXY), false);
  for (const one of [bystander, neighbour])
    assert.equal((await one.say('')).length >= 0 && one.closed, false);
  const next = await through(v2('203.0.113.9'), SUBSCRIBE);
  await until('it is served', () => next.lines.length > 0);
  assert.ok(pool.connections >= 3);
});

test('T21: a header in any packets, of either version, is read once, and the miner behind it is served', async (context) => {
  const running = await scene(context);
  const { portOf } = running;
  for (const header of [Buffer.from(v1('203.0.113.1')), v2('203.0.113.1')]) {
    const stranger = await Stranger.connect(portOf('zcash'), { from: PROXY });
    for (const byte of Buffer.concat([header, Buffer.from(SUBSCRIBE)])) {
      stranger.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until('it is served', () => stranger.lines.length > 0);
    stranger.socket.destroy();
  }
  assert.deepEqual(addressesOf(running), ['203.0.113.1', '203.0.113.1']);
  // One version behind the other, one twice, half of one and then the other, none, and one that lies about its length.
  const wrong: (readonly (string | Uint8Array)[])[] = [
    [v1('203.0.113.1'), v2('203.0.113.2')],
    [v2('203.0.113.1'), v1('203.0.113.2')],
    [v1('203.0.113.1'), v1('203.0.113.2')],
    [v1('203.0.113.1').slice(0, 12), v2('203.0.113.2')],
    [SUBSCRIBE],
    [`PROXY TCP4 ${'1'.repeat(200)}`],
    ['PROXY TCP4 203.0.113.1\0 203.0.113.1 1 1\r\n'],
    ['PROXY TCP4 203.0.113.1 203.0.113.1 1 99999\r\n'],
    ['PROXY TCP6 203.0.113.1 203.0.113.1 1 1\r\n'],
    [Buffer.concat([v2('203.0.113.1').subarray(0, 14), Buffer.of(255, 255)])],
  ];
  for (const parts of wrong) {
    const stranger = await Stranger.connect(portOf('zcash'), { from: PROXY });
    for (const part of parts) stranger.write(part);
    assert.match(await stranger.untilClosed(), /PROXY header/, String(parts));
  }
  assert.equal(refusalsOf(running).length, wrong.length);
  assert.ok(refusalsOf(running).every((text) => text.endsWith(' bad_proxy_header')));
  assert.equal(running.events.filter(({ kind }) => kind === 'subscribed').length, 2);
  await until('nobody is left', () => running.pool.connections === 0);
});
