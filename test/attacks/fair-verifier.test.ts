import assert from 'node:assert/strict';
import { test } from 'node:test';
import { POOL_LIMITS } from '@adit/pool';
import { MESSAGE_LIMITS } from '@adit/stratum';
import { until } from '@adit/test-kit/until';
import type { RigShare } from '@adit/test-kit/zcash-rig';
import { FLOODER, Flood, honestMiners, type Miner, mine, refusalsOf, STEADY } from './flood.ts';
import { NETWORK, plainShare, type ZcashScene, zcashScene } from './setup.ts';

/** More than one thread has on its table, and fewer than one address may send in a turn of the event loop. */
const MAX_QUEUED = 128;
/** Fewer than a connection may have in flight, but together they are more than the queue takes. */
const WINDOW = 100;

/** Only the verifier and its queue are in the flood's way, not the pace of messages. */
const NO_PACE = {
  ...POOL_LIMITS,
  messages: {
    ...MESSAGE_LIMITS,
    submit: { perSecond: 1_000_000, burst: 1_000_000 },
    pendingSubmissions: 1024,
  },
};

/** One address has so little of a turn of the event loop that it cannot fill the queue: several do it together. */
const CROWD = [FLOODER, '127.0.0.67', '127.0.0.68', '127.0.0.69', '127.0.0.70'];

/** Floods from all addresses of the crowd, until they are stopped. */
async function crowd(
  scene: ZcashScene,
  perAddress: number,
): Promise<{ floods: Flood[]; end: () => Promise<void> }> {
  const floods: Flood[] = [];
  for (const [i, localAddress] of CROWD.entries()) {
    for (let j = 0; j < perAddress; j += 1) {
      const number = i * perAddress + j;
      const rig = await scene.rig(`flood${number}`, { localAddress });
      floods.push(new Flood(rig, await plainShare(rig), WINDOW, (1 + number) * 1_000_000));
    }
  }
  const flooding = Promise.all(floods.map((flood) => flood.run(50_000)));
  await until('the queue is full', () =>
    scene.events.some((event) => event.kind === 'refused' && event.reason === 'overloaded'),
  );
  return {
    floods,
    end: async () => {
      for (const flood of floods) flood.stop();
      await flooding;
    },
  };
}

// How long honest miners wait for their answers meanwhile is a matter of the benchmark: no clock here.
test('T12: a flood of wrong solutions crowds out only itself', async (context) => {
  const scene = await zcashScene(context, { port: STEADY, pool: { limits: NO_PACE, maxQueued: MAX_QUEUED } });
  const miners = await honestMiners(scene, 20);
  const { floods, end } = await crowd(scene, 2);
  await Promise.all(miners.map(mine));
  await end();
  const reasons = new Set(floods.flatMap((flood) => flood.reasons.map((text) => text.split(':')[0])));
  assert.deepEqual(
    [...reasons].toSorted(),
    ['Invalid solution', 'Too many submissions are waiting, try again'].toSorted(),
  );
  const refusals = refusalsOf(scene.events);
  assert.ok(refusals.every(({ address }) => CROWD.includes(String(address))));
  const wanted = miners.flatMap(({ shares }) => shares.map(({ digest }) => digest));
  assert.deepEqual(scene.paid().toSorted(), wanted.toSorted());
});

test('T12: one connection of an address that floods does not crowd out the others of it', async (context) => {
  const scene = await zcashScene(context, { port: STEADY, pool: { limits: NO_PACE, maxQueued: MAX_QUEUED } });
  // A farm behind one address, with one broken rig.
  const rigs = await Promise.all([0, 1, 2].map((i) => scene.rig(`farm${i}`, { localAddress: FLOODER })));
  const [broken, ...good] = rigs;
  assert.ok(broken);
  const flood = new Flood(broken, await plainShare(broken), 4 * MAX_QUEUED, 0);
  const miners: Miner[] = [];
  for (const rig of good) {
    const shares: RigShare[] = [];
    while (shares.length < 20) shares.push(await plainShare(rig));
    miners.push({ rig, shares });
  }
  const flooding = flood.run(50_000);
  const { end } = await crowd(scene, 2);
  await Promise.all(miners.map(mine));
  flood.stop();
  await Promise.all([flooding, end()]);
  assert.equal(scene.paid().length, 40);
});

test('T12: a block is judged and handed in from the midst of a flood, even one of its own address', async (context) => {
  const scene = await zcashScene(context, { port: STEADY, pool: { limits: NO_PACE, maxQueued: MAX_QUEUED } });
  // A farm with one broken rig, which itself finds the block.
  const rig = await scene.rig('broken', { localAddress: FLOODER });
  const block = await rig.solve((value) => value <= NETWORK);
  const flood = new Flood(rig, await plainShare(rig), 4 * MAX_QUEUED, 0);
  const flooding = flood.run(50_000);
  const { end } = await crowd(scene, 2);
  assert.equal((await rig.submit(block)).result, true);
  await until('the node has it', () => scene.devnet.acceptedBlocks === 1);
  flood.stop();
  await Promise.all([flooding, end()]);
  assert.deepEqual(
    scene.shares().map(({ outcome }) => outcome),
    ['block'],
  );
});
