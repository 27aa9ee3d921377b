import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startZcashDevnet } from '@adit/devnet';
import { CONDUCT_DEFAULTS } from '@adit/pool';
import { codeOf } from '@adit/test-kit/line-client';
import { SMALL } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import type { ZcashRig } from '@adit/test-kit/zcash-rig';
import { NETWORK, plainShare, type ZcashScene, zcashScene } from './setup.ts';
import { Stranger } from './stranger.ts';

// Shadow bans, where the miner is told "true" and never paid, do not exist here: who is banned is told so. The test of
// that is each `/banned/` below.

const SEVERE = { ...CONDUCT_DEFAULTS, warnAt: 2, slowAt: 4, slowMs: 1, disconnectAt: 4, banAt: 4 };
const LADDER = [60_000, 600_000];
const MALLORY = '127.0.0.5';
const SUBSCRIBE = '{"id":1,"method":"mining.subscribe","params":["x"]}\n';

/** A solution that is well formed and no proof. */
const wrong = async (rig: ZcashRig) => {
  const share = await plainShare(rig);
  const { solution } = share;
  const last = solution.endsWith('0') ? '1' : '0';
  return rig.submit(share, { solution: solution.slice(0, -1) + last });
};

/** Sends wrong solutions until the pool has enough. @returns how many of them were answered */
async function spoil(rig: ZcashRig): Promise<number> {
  for (let answered = 0; ; answered += 1) {
    const answer = await wrong(rig).catch(() => undefined);
    if (answer === undefined) return answered;
    assert.equal(codeOf(answer), 20);
    if (rig.client.ended) return answered + 1;
  }
}

async function isBanned({ portOf }: ZcashScene, from: string): Promise<boolean> {
  const stranger = await Stranger.connect(portOf('zcash'), { from });
  stranger.write(SUBSCRIBE);
  await until('an answer', () => stranger.text !== '' || stranger.closed);
  const banned = stranger.text.includes('banned');
  stranger.socket.destroy();
  return banned;
}

test('T23: a ban ends when it ends, the score with it, and the next one is longer', async (context) => {
  let now = Date.now();
  const scene = await zcashScene(context, {
    pool: { conduct: SEVERE, banLadderMs: LADDER, now: () => now },
  });
  const { rig, pool, paid } = scene;
  const bystander = await rig('bystander', { localAddress: '127.0.0.2' });
  for (const length of [60_000, 600_000, 600_000]) {
    const mallory = await rig('mallory', { localAddress: MALLORY });
    // From the beginning again: what was held against him was paid for by the ban.
    const spoiled = await spoil(mallory);
    assert.ok(spoiled >= 3 && spoiled <= 5, `${spoiled} wrong solutions`);
    assert.deepEqual(
      pool.bans.list().map(({ subject, sinceMs, untilMs }) => [subject, untilMs - sinceMs]),
      [[MALLORY, length]],
    );
    assert.equal(await isBanned(scene, MALLORY), true);
    assert.equal(await isBanned(scene, '127.0.0.6'), false);
    now += length - 1_000;
    assert.equal(await isBanned(scene, MALLORY), true);
    now += 1_000;
    assert.equal(await isBanned(scene, MALLORY), false);
  }
  assert.equal((await bystander.submit(await plainShare(bystander))).result, true);
  assert.equal(paid().length, 1);
});

async function devnetOf(context: TestContext) {
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: NETWORK, mempoolSeconds: 0 });
  context.after(() => devnet.close());
  return devnet;
}

test('T23: a ban holds on all ports and processes of a data folder, and over a restart; a lift does too', async (context) => {
  const devnet = await devnetOf(context);
  const data = temporaryFolder(context);
  const changes = { devnet, data, pool: { conduct: SEVERE } };
  const one = await zcashScene(context, changes);
  const two = await zcashScene(context, changes);
  await spoil(await one.rig('mallory', { localAddress: MALLORY }));
  assert.equal(await isBanned(one, MALLORY), true);
  await until('the other process knows', () => isBanned(two, MALLORY));
  await one.pool.stop();
  const three = await zcashScene(context, changes);
  assert.equal(await isBanned(three, MALLORY), true);
  assert.equal(three.pool.bans.lift(MALLORY), true);
  assert.equal(await isBanned(three, MALLORY), false);
  await until('the other process knows', async () => !(await isBanned(two, MALLORY)));
});

test('T23: on a port for IPv6 the mapped address is the same one', async (context) => {
  const scene = await zcashScene(context, {
    port: { host: '::ffff:127.0.0.1' },
    pool: { conduct: SEVERE },
  });
  await spoil(await scene.rig('mallory', { localAddress: MALLORY }));
  assert.deepEqual(
    scene.pool.bans.list().map(({ subject }) => subject),
    [MALLORY],
  );
  assert.equal(await isBanned(scene, MALLORY), true);
  assert.equal(await isBanned(scene, '127.0.0.6'), false);
});

test('T23: a farm behind one address is not banned for its one bad rig', async (context) => {
  const conduct = { ...CONDUCT_DEFAULTS, warnAt: 2, slowAt: 6, disconnectAt: 6, banAt: 6 };
  const { rig, pool, paid } = await zcashScene(context, { pool: { conduct } });
  const farm = await Promise.all(Array.from({ length: 10 }, (_, i) => rig(`farm.${i}`)));
  const bad = await rig('farm.bad');
  let good = 0;
  for (let round = 0; !bad.client.ended; round += 1) {
    for (const miner of farm) {
      assert.equal((await miner.submit(await plainShare(miner))).result, true);
      good += 1;
    }
    await wrong(bad).catch(() => undefined);
    assert.ok(round < 20, 'the bad one is disconnected');
  }
  assert.deepEqual(pool.bans.list(), []);
  assert.ok(farm.every(({ client }) => !client.ended));
  assert.equal(paid().length, good);
});

test('T23: who is on the allow-list is never cut off, and neither warned away by what is no malice', async (context) => {
  const scene = await zcashScene(context, {
    pool: { conduct: SEVERE, neverBan: ['127.0.0.4/31'] },
  });
  const { rig, pool, paid } = scene;
  const friend = await rig('friend', { localAddress: MALLORY });
  for (let i = 0; i < 20; i += 1) assert.equal(codeOf(await wrong(friend)), 20);
  assert.equal((await friend.submit(await plainShare(friend))).result, true);
  assert.deepEqual(pool.bans.list(), []);
  assert.throws(() => pool.ban(MALLORY, 1_000, 'by hand'), { code: 'ADIT_ALLOW_LISTED' });
  assert.equal(paid().length, 1);
});

test('T23: duplicates, stale and unknown jobs, foreign nonces and hard targets are held against nobody', async (context) => {
  const { rig, pool, events, devnet, paid } = await zcashScene(context, {
    // Duplicates show a rate: a target that follows it would soon leave no share that is no block.
    port: { fixedWeight: true },
    pool: { conduct: { ...SEVERE, warnAt: 0.1 } },
  });
  const miner = await rig();
  const other = await rig('other');
  const share = await plainShare(miner);
  assert.equal((await miner.submit(share)).result, true);
  const strange = [
    {},
    { jobId: 'ffff' },
    { nonce2: other.nonce1 + share.nonce2 },
    { time: '00000000' },
    { nonce2: share.nonce2.slice(2) },
  ];
  for (let i = 0; i < 20; i += 1) {
    for (const changes of strange) assert.equal((await miner.submit(share, changes)).result, null);
  }
  const late = await plainShare(miner);
  const cleanJobs = () => miner.client.notifications.filter(({ params }) => params[7] === true).length;
  const before = cleanJobs();
  devnet.mineBlock();
  await until('a job on the new tip', () => cleanJobs() > before);
  assert.equal(codeOf(await miner.submit(late)), 21);
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'conduct'),
    [],
  );
  assert.deepEqual(pool.bans.list(), []);
  assert.deepEqual(paid(), [share.digest]);
});
