import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONDUCT_DEFAULTS } from '@adit/pool';
import { until } from '@adit/test-kit/until';
import { FLOODER, honestMiners, mine, STEADY } from './flood.ts';
import { tlsFiles, zcashScene } from './setup.ts';
import { Stranger } from './stranger.ts';

const CONNECTIONS = 150;
const LINES = 200;
/** Of one address: at once, for each of its connections, and each second (see refusal-meter.ts). */
const AT_ONCE = 1_000 + CONNECTIONS * 12;
const PER_SECOND = 50 + CONNECTIONS * (1 / 5 + 0.1);

/** Logs in, and then one shape of what costs a sender nothing, many times in one packet. */
const JUNK: readonly (readonly [string, (i: number) => string])[] = [
  [
    'shares of job ids that never were',
    (i) =>
      `{"id":${i},"method":"mining.submit","params":["w","${i.toString(16).padStart(8, '0')}","00000000","00","00"]}`,
  ],
  ['submissions without parameters', (i) => `{"id":${i},"method":"mining.submit","params":["w"]}`],
];

for (const [what, line] of JUNK) {
  test(`who sends ${what} on many connections has the rate of one address, and others are answered`, async (context) => {
    const scene = await zcashScene(context, { port: STEADY, pool: { conduct: CONDUCT_DEFAULTS } });
    const honest = await honestMiners(scene, 10);
    const flooders = await Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        const one = await Stranger.connect(scene.portOf('zcash'), { from: FLOODER });
        one.write('{"id":1,"method":"mining.subscribe","params":[]}\n');
        one.write('{"id":2,"method":"mining.authorize","params":["w","x"]}\n');
        return one;
      }),
    );
    await until('all have logged in', () => flooders.every(({ lines }) => lines.length >= 2));
    const junk = Array.from({ length: LINES }, (_, i) => line(i)).join('\n');
    const began = performance.now();
    for (const one of flooders) one.write(`${junk}\n`);
    const slowed = () => scene.events.filter((event) => event.kind === 'slowed');
    await until('it is slowed', () => slowed().length > 0);
    await Promise.all(honest.map(mine));
    const refused = scene.events.filter((event) => event.kind === 'refused').length;
    const seconds = (performance.now() - began) / 1_000;
    assert.ok(
      refused <= AT_ONCE + PER_SECOND * seconds,
      `${refused} of ${CONNECTIONS * LINES} in ${seconds} s`,
    );
    assert.deepEqual(slowed(), [{ kind: 'slowed', subject: FLOODER }]);
    assert.ok(
      flooders.every(({ closed }) => !closed),
      'a flood of this kind is slow, and nothing else',
    );
  });
}

test('handshakes that break, as on a bad line, cost an address no points, however many there are', async (context) => {
  const { tls } = tlsFiles(context);
  // One bad hello would be enough.
  const conduct = { ...CONDUCT_DEFAULTS, warnAt: 0.01, slowAt: 0.01, disconnectAt: 0.01, banAt: 0.05 };
  const scene = await zcashScene(context, { port: { tls }, pool: { conduct } });
  for (let i = 0; i < 5; i += 1) {
    const stranger = await Stranger.connect(scene.portOf('zcash'), { from: FLOODER });
    stranger.write(Buffer.concat([Buffer.of(22, 3, 1, 0, 200), Buffer.alloc(200, 0xff)]));
    await stranger.untilClosed();
  }
  const broken = () =>
    scene.events.filter((event) => event.kind === 'connection_refused' && event.because === 'tls_failed');
  await until('all are refused', () => broken().length === 5);
  assert.deepEqual(scene.pool.bans.list(), []);
});
