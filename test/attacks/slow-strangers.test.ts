import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONDUCT_DEFAULTS, POOL_LIMITS } from '@adit/pool';
import { LineClient } from '@adit/test-kit/line-client';
import { TrueRig } from '@adit/test-kit/true-rig';
import { until } from '@adit/test-kit/until';
import type { ZcashRig } from '@adit/test-kit/zcash-rig';
import { plainShare, tlsFiles, trueScene, trueShare, zcashScene } from './setup.ts';
import { Stranger } from './stranger.ts';

/**
 * Sweeps come once a second: times are short so that one of them is enough. They count only when everybody is there,
 * however long that takes.
 */
const HASTY = { helloMs: 300, subscribeMs: 400, partialLineMs: 200 };

async function mines(miner: ZcashRig): Promise<void> {
  assert.equal((await miner.submit(await plainShare(miner))).result, true);
}

const SUBSCRIBE = '{"id":1,"method":"mining.subscribe","params":["x"]}\n';

test('T15: two hundred that say nothing, or a byte now and then, are closed in time, and a miner mines on', async (context) => {
  // The honest miner sends as many shares as it can: a target that follows it would be out of reach soon.
  const { pool, portOf, events, rig, paid, reload } = await zcashScene(context, {
    port: { fixedWeight: true },
    pool: { conduct: CONDUCT_DEFAULTS },
  });
  const honest = await rig('honest', { localAddress: '127.0.0.2' });
  const strangers = await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      Stranger.connect(portOf('zcash'), { from: `127.0.0.${10 + (i % 5)}` }),
    ),
  );
  await until('all are there', () => pool.connections === 201);
  const slow = strangers.filter((_, i) => i % 2 === 0);
  let turn = 0;
  const untilClosed = (some: readonly Stranger[]) =>
    until('they are closed', async () => {
      for (const stranger of slow) if (!stranger.closed) stranger.write(SUBSCRIBE[turn % 10] ?? '');
      turn += 1;
      await mines(honest);
      return some.every(({ closed }) => closed);
    });
  // One after the other: whoever begins a line has subscribed as little as the others.
  const { partialLineMs } = HASTY;
  reload({}, { limits: { ...POOL_LIMITS, partialLineMs } });
  await untilClosed(slow);
  reload({}, { limits: { ...POOL_LIMITS, ...HASTY } });
  await untilClosed(strangers);
  await until('the pool has seen it', () => pool.connections === 1);
  const ends = events.flatMap((event) => (event.kind === 'disconnected' ? [event.cause] : []));
  assert.deepEqual(ends, [
    ...Array<string>(100).fill('partial_line'),
    ...Array<string>(100).fill('no_subscribe'),
  ]);
  assert.equal(paid().length, turn);
});

test('T15: who asks for seeds without end gets three answers and then one in ten seconds, and nobody else waits', async (context) => {
  const { pool, portOf, shares } = await trueScene(context, {
    devnetOptions: {
      startNumber: 30_100,
      difficulty: 1n << 40n,
      fruitDifficulty: 1n << 40n,
      fastBlockSeconds: 3_600,
    },
  });
  const honest = await TrueRig.connect(portOf('truechain'), 'honest', '127.0.0.2');
  const job = await honest.job();
  await honest.fetchDataset(job);
  const deaf = await Stranger.connect(portOf('truechain'), { from: '127.0.0.9' });
  deaf.write(`${SUBSCRIBE}{"id":2,"method":"mining.authorize","params":["deaf","x"]}\n`);
  await until('a job', () => deaf.text.includes('mining.notify'));
  const read = deaf.bytes.length;
  deaf.socket.pause();
  // Each answer has 370 KB. Three may come at once, and one in ten seconds.
  const began = performance.now();
  deaf.write(`{"id":5,"method":"mining.seedhash","params":["deaf","${String(job[0])}"]}\n`.repeat(60));
  const questions = () => pool.status.ports[0]?.messages.other ?? 0;
  // The honest one asked once; of the deaf one's questions the fourth waits, and those behind it are not even read.
  await until('one has to wait', () => questions() >= 5);
  assert.equal((await honest.submit(await trueShare(honest, job))).result, true);
  assert.equal(shares().length, 1);
  deaf.socket.resume();
  const given = () => Math.floor((deaf.bytes.length - read) / 370_000);
  await until('he has what he was sent', () => given() >= 3);
  const most = 3 + Math.ceil((performance.now() - began) / 10_000);
  assert.ok(given() <= most && questions() <= most + 2, `${given()} answers to ${questions()} questions`);
  assert.equal(pool.connections, 2);
});

test('T15: who closes his half behind a share is paid for it', async (context) => {
  const { portOf, pool, rig, paid } = await zcashScene(context);
  const miner = await rig();
  const share = await plainShare(miner);
  const { jobId, time, nonce2, solution } = share;
  const params = [miner.worker, jobId, time, nonce2, solution];
  miner.client.end(`${JSON.stringify({ id: 9, method: 'mining.submit', params })}\n`);
  await until('it is paid', () => paid().length === 1);
  assert.deepEqual(paid(), [share.digest]);
  // And half-open ones that never close their own half are not waited for.
  const half = await Stranger.connect(portOf('zcash'), { allowHalfOpen: true });
  await until('it is there', () => pool.connections >= 1);
  half.socket.end();
  await until('the place is free', () => pool.connections === 0);
});

test('T15: handshakes that stall are ended, and neither hold places nor keep TLS miners out', async (context) => {
  const { tls, ca } = tlsFiles(context);
  const limits = { ...POOL_LIMITS, connections: { ...POOL_LIMITS.connections, maxConnections: 61 } };
  const { portOf, events, pool, reload } = await zcashScene(context, { port: { tls }, pool: { limits } });
  const miner = await Stranger.connect(portOf('zcash'), { ca, from: '127.0.0.2' });
  miner.write(SUBSCRIBE);
  await until('it is served', () => miner.lines.length > 0);
  const hello = [22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3];
  const stalled = await Promise.all(
    Array.from({ length: 60 }, async (_, i) => {
      const stranger = await Stranger.connect(portOf('zcash'), { from: '127.0.0.9' });
      // Silent, a part of the record's head, and a part of the hello.
      stranger.write(Uint8Array.from(hello.slice(0, [0, 3, 11][i % 3])));
      return stranger;
    }),
  );
  const late = await Stranger.connect(portOf('zcash'), { from: '127.0.0.3' });
  await late.untilClosed();
  reload({}, { limits: { ...limits, ...HASTY } });
  await until('all are closed', () => stalled.every(({ closed }) => closed));
  const because = events.flatMap((event) => (event.kind === 'connection_refused' ? [event.because] : []));
  assert.deepEqual(new Set(because), new Set(['full', 'hello_timeout']));
  assert.equal(because.filter((reason) => reason === 'hello_timeout').length, 60);
  assert.equal(miner.closed, false);
  reload({}, { limits });
  // As many again as were stalled: every place has come back.
  const next = await Promise.all(
    Array.from({ length: 60 }, () => Stranger.connect(portOf('zcash'), { ca, from: '127.0.0.4' })),
  );
  for (const one of next) one.write(SUBSCRIBE);
  await until('all are served', () => next.every(({ lines }) => lines.length > 0));
  assert.equal(pool.connections, 61);
});

/** What an admin interface could be asked. A Stratum port must lead to none of it, from whatever address. */
const REQUESTS = [
  'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'GET /metrics HTTP/1.0\r\n\r\n',
  'POST /bans HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}',
  'OPTIONS * HTTP/1.1\r\nUpgrade: websocket\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'CONNECT 127.0.0.1:22 HTTP/1.1\r\n\r\n',
];

test('T15: HTTP on a Stratum port gets one refusal and no more, whatever it asks for', async (context) => {
  const { portOf, events, pool } = await zcashScene(context);
  for (const request of REQUESTS) {
    const browser = await Stranger.connect(portOf('zcash'));
    // A message behind it, as a page could send by a POST, is not looked at any more.
    browser.write(`${request}\n{"id":1,"method":"mining.subscribe","params":["x"]}\n`);
    const answer = await browser.untilClosed();
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/, request);
    assert.match(answer, /\r\n\r\nthis port speaks Stratum, not HTTP[^\n]*\n$/, request);
  }
  const because = events.flatMap((event) => (event.kind === 'connection_refused' ? [event.because] : []));
  assert.deepEqual(because, Array(REQUESTS.length).fill('http'));
  assert.ok(!events.some(({ kind }) => kind === 'subscribed'));
  assert.equal(pool.connections, 0);
});

test('T15: TLS on a plain port, and plain text or HTTP on a TLS port, are told so and cost one offence each', async (context) => {
  const { tls, ca } = tlsFiles(context);
  const pool = { conduct: CONDUCT_DEFAULTS };
  const plain = await zcashScene(context, { pool });
  await assert.rejects(Stranger.connect(plain.portOf('zcash'), { ca }));
  const secure = await zcashScene(context, { port: { tls }, pool });
  for (const words of [SUBSCRIBE, REQUESTS[0] ?? '', 'PROXY TCP4 1.2.3.4 1.2.3.4 1 1\r\n', '\0']) {
    const stranger = await Stranger.connect(secure.portOf('zcash'));
    stranger.write(words);
    assert.match(await stranger.untilClosed(), /this port speaks TLS/, words);
  }
  const reasons = [plain, secure].map(({ events }) =>
    events.flatMap((event) => (event.kind === 'connection_refused' ? [event.because] : [])),
  );
  assert.deepEqual(reasons, [['tls_on_plain'], Array(4).fill('plain_on_tls')]);
  // A farm with one wrong setting does it a thousand times: nobody is banned for that.
  for (const { pool: running } of [plain, secure]) assert.deepEqual(running.bans.list(), []);
  const miner = await LineClient.connect(plain.portOf('zcash'));
  assert.equal((await miner.request('mining.subscribe', [])).error, null);
});
