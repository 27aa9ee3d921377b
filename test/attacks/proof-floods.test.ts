import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONDUCT_DEFAULTS } from '@adit/pool';
import { codeOf, LineClient, textOf } from '@adit/test-kit/line-client';
import { until } from '@adit/test-kit/until';
import { FLOODER, honestMiners, junk, type Miner, mine, refusalsOf, STEADY } from './flood.ts';
import { plainShare, type ZcashScene, zcashScene } from './setup.ts';

test('T12: what a hash already refuses never costs a proof', async (context) => {
  const scene = await zcashScene(context, { port: { startWeight: 1n << 40n, minWeight: 1n << 40n } });
  const rig = await scene.rig();
  const share = await rig.solve((value, target) => value > target);
  // As hard as the network, for which one of these in 256 would have to be checked in full.
  let checked = 0;
  for (let i = 0; i < 512; i += 1) {
    const answer = await rig.submit(share, { solution: junk(i) });
    if (codeOf(answer) === 23) continue;
    assert.match(textOf(answer), /^Invalid solution/);
    checked += 1;
  }
  assert.ok(checked < 32, `${checked} of 512 were checked in full`);
  const verified = proofsIn(scene);
  assert.ok(verified <= checked, `${verified} proofs for ${checked} shares`);
});

test('T12: a share that is sent again and again costs one proof and one line in the journal', async (context) => {
  const scene = await zcashScene(context, { port: STEADY });
  const rig = await scene.rig();
  const share = await plainShare(rig);
  const answers = await Promise.all(Array.from({ length: 60 }, () => rig.submit(share)));
  assert.deepEqual(
    answers.map((answer) => codeOf(answer)),
    [null, ...Array.from({ length: 59 }, () => 22)],
  );
  await until('the proof has been counted', () => proofsIn(scene) > 0);
  assert.equal(proofsIn(scene), 1);
  assert.deepEqual(scene.paid(), [share.digest]);
});

function proofsIn({ events }: ZcashScene): number {
  return events.reduce((sum, event) => sum + (event.kind === 'verified' ? event.tasks : 0), 0);
}

/** Connects again and again, and sends wrong solutions each time, until it is kept out. */
async function attackUntilBanned(scene: ZcashScene): Promise<number> {
  let connections = 0;
  for (let first = 0; connections < 40; first += 1_000_000) {
    const client = await LineClient.connect(scene.portOf('zcash'), FLOODER);
    client.write('{"id":1,"method":"mining.subscribe","params":["flood",null]}\n');
    client.write('{"id":2,"method":"mining.authorize","params":["mallory","x"]}\n');
    await until('a job, or the end', () => client.ended || client.last('mining.notify') !== undefined);
    if (client.ended) break;
    connections += 1;
    const [id, , , , , time] = client.last('mining.notify') ?? [];
    const lines = Array.from({ length: 60 }, (_, i) =>
      JSON.stringify({
        id: 10 + i,
        method: 'mining.submit',
        params: ['mallory', id, time, '00'.repeat(28), junk(first + i)],
      }),
    );
    client.write(`${lines.join('\n')}\n`);
    await until('its end', () => client.ended);
  }
  return connections;
}

test('T12: who floods is disconnected, then banned, and miners of other addresses feel nothing', async (context) => {
  const scene = await zcashScene(context, { port: STEADY, pool: { conduct: CONDUCT_DEFAULTS } });
  const { pool, events } = scene;
  const miners = await honestMiners(scene, 20);
  const mining = Promise.all(miners.map(mine));
  const connections = await attackUntilBanned(scene);
  await mining;
  assert.ok(connections >= 8 && connections <= 12, `banned after ${connections} connections`);
  const rungs = events.flatMap((event) => (event.kind === 'conduct' ? [[event.address, event.rung]] : []));
  assert.ok(rungs.every(([address]) => address === FLOODER));
  const order = rungs.map(([, rung]) => rung);
  assert.deepEqual(order.slice(0, 4), ['warn', 'slow', 'disconnect', 'warn']);
  assert.equal(order.at(-1), 'ban');
  assert.ok(order.indexOf('ban') === order.length - 1, 'told once');
  assert.match(pool.bans.banned(FLOODER)?.reason ?? '', /invalid_solution/);
  assert.equal(pool.bans.list().length, 1);
  // It is kept out, before it can say anything.
  const late = await LineClient.connect(scene.portOf('zcash'), FLOODER);
  await until('it is refused', () => late.ended);
  assert.ok(
    events.some(
      (event) =>
        event.kind === 'connection_refused' && event.address === FLOODER && event.because === 'banned',
    ),
  );
  // The others never noticed.
  for (const { rig } of miners) {
    assert.equal(rig.client.ended, false);
    assert.equal(rig.client.count('client.show_message'), 0);
  }
  assert.ok(refusalsOf(events).every(({ address }) => address === FLOODER));
  const wanted = miners.flatMap(({ shares }) => shares.map(({ digest }) => digest));
  assert.deepEqual(scene.paid().toSorted(), wanted.toSorted());
  await Promise.all((await honestMore(miners)).map(mine));
});

/** One more share of each. */
function honestMore(miners: readonly Miner[]): Promise<Miner[]> {
  return Promise.all(miners.map(async ({ rig }) => ({ rig, shares: [await plainShare(rig)] })));
}

test('T12: a ban ends every connection of the address, those included that have done nothing', async (context) => {
  const scene = await zcashScene(context, { port: STEADY, pool: { conduct: CONDUCT_DEFAULTS } });
  const quiet = await scene.rig('quiet', { localAddress: FLOODER });
  const neighbour = await scene.rig('neighbour', { localAddress: '127.0.0.67' });
  await attackUntilBanned(scene);
  await until('the quiet one is gone too', () => quiet.client.ended);
  assert.equal(neighbour.client.ended, false);
  assert.equal((await neighbour.submit(await plainShare(neighbour))).result, true);
  // Lifted, it may come back, and its next offence is its first.
  assert.equal(scene.pool.bans.lift(FLOODER), true);
  const back = await scene.rig('quiet', { localAddress: FLOODER });
  const share = await plainShare(back);
  assert.equal(codeOf(await back.submit(share, { solution: junk(77_000_000) })), 20);
  assert.equal((await back.submit(share)).result, true);
});
