import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONDUCT_DEFAULTS, POOL_LIMITS } from '@adit/pool';
import { codeOf, LineClient } from '@adit/test-kit/line-client';
import { SMALL } from '@adit/test-kit/pools';
import { TrueRig } from '@adit/test-kit/true-rig';
import { until } from '@adit/test-kit/until';
import { ZcashRig } from '@adit/test-kit/zcash-rig';
import { plainShare, trueScene, trueShare, zcashScene } from './setup.ts';
import { ANY_NUMBER } from './stranger.ts';

test('T14: a real share is worth nothing before the login, and is not used up by that', async (context) => {
  const { portOf, rig, paid } = await zcashScene(context);
  const miner = await rig();
  const share = await plainShare(miner);
  const params = [miner.worker, share.jobId, share.time, miner.nonce1 + share.nonce2, share.solution];
  const early = await LineClient.connect(portOf('zcash'));
  assert.equal(codeOf(await early.request('mining.submit', params)), 25);
  assert.equal((await early.request('mining.authorize', [miner.worker, 'x'])).result, true);
  assert.equal(codeOf(await early.request('mining.submit', params)), 25, 'authorised, but not subscribed');
  await early.request('mining.subscribe', []);
  assert.notEqual(
    (await early.request('mining.submit', params)).result,
    true,
    'subscribed, but not its share',
  );
  const late = await LineClient.connect(portOf('zcash'));
  await late.request('mining.subscribe', []);
  assert.equal(codeOf(await late.request('mining.submit', params)), 24);
  assert.deepEqual(paid(), []);
  assert.equal(
    codeOf(await miner.submit(share, { worker: 'bob.rig1' })),
    24,
    'a name that did not log in here',
  );
  assert.equal((await miner.submit(share)).result, true);
  assert.deepEqual(paid(), [share.digest]);
});

test('T14: the same for TrueStratum, seeds included', async (context) => {
  const { portOf, shares } = await trueScene(context);
  const miner = await TrueRig.connect(portOf('truechain'));
  const job = await miner.job();
  const [id, nonce] = await trueShare(miner, job);
  const early = await LineClient.connect(portOf('truechain'));
  for (const [method, params] of [
    ['mining.submit', [miner.worker, id, nonce]],
    ['mining.seedhash', [miner.worker, id]],
  ] as const) {
    assert.notEqual((await early.request(method, params)).error, null, method);
  }
  await early.request('mining.subscribe', ['x', 'TrueStratum/1.0.0']);
  assert.equal(codeOf(await early.request('mining.submit', [miner.worker, id, nonce])), 24);
  assert.deepEqual(shares(), []);
  assert.equal((await miner.submit([id, nonce])).result, true);
});

test('T14: 256 workers share a connection, each is paid by its own name, and one more is refused', async (context) => {
  const { rig, shares } = await zcashScene(context, { pool: { limits: ANY_NUMBER } });
  const miner = await rig('farm.0');
  const names = Array.from({ length: 256 }, (_, i) => `farm.${i}`);
  const answers = await Promise.all(
    [...names.slice(1), 'farm.256'].map((name) => miner.client.request('mining.authorize', [name, 'x'])),
  );
  assert.ok(answers.slice(0, -1).every(({ result }) => result === true));
  assert.equal(codeOf(answers.at(-1) ?? { error: null }), 24);
  assert.equal(
    (await miner.client.request('mining.authorize', ['farm.7', 'x'])).result,
    true,
    'known already',
  );
  for (const worker of ['farm.255', 'farm.0', 'farm.100']) {
    assert.equal((await miner.submit(await plainShare(miner), { worker })).result, true);
  }
  assert.equal(codeOf(await miner.submit(await plainShare(miner), { worker: 'farm.256' })), 24);
  assert.deepEqual(
    shares().map(({ worker }) => worker),
    ['farm.255', 'farm.0', 'farm.100'],
  );
});

test('T14: who subscribes again keeps what he has, and cannot take the session of anybody else that way', async (context) => {
  const { pool, portOf, rig, paid } = await zcashScene(context);
  const victim = await rig('victim');
  const miner = await rig('mallory');
  const before = await plainShare(miner);
  const own = [miner.sessionId, miner.nonce1];
  for (const params of [
    [],
    ['x', null],
    ['x', victim.sessionId],
    ['x', miner.sessionId],
    ['x', 'f'.repeat(32)],
  ]) {
    const { result } = await miner.client.request('mining.subscribe', params);
    assert.deepEqual(result, own);
  }
  // Not even one that waits to be resumed: only the first subscription of a connection goes on with it.
  const gone = await rig('gone');
  gone.client.close();
  await until('it waits', () => pool.status.sessions === 1);
  assert.deepEqual((await miner.client.request('mining.subscribe', ['x', gone.sessionId])).result, own);
  assert.equal(pool.status.sessions, 1);
  // Nor on a fresh connection, while the other one is there.
  const thief = await LineClient.connect(portOf('zcash'));
  const { result } = await thief.request('mining.subscribe', ['x', victim.sessionId]);
  assert.ok(Array.isArray(result) && result[0] !== victim.sessionId && result[1] !== victim.nonce1);
  thief.close();
  assert.equal((await miner.submit(before)).result, true);
  const after = await plainShare(victim);
  assert.equal((await victim.submit(after)).result, true);
  assert.deepEqual(paid(), [before.digest, after.digest]);
});

test('T14: a flood of logins is read slowly, costs the others nothing, and ends with its connection', async (context) => {
  const conduct = { ...CONDUCT_DEFAULTS, warnAt: 0.5, slowAt: 0.75, slowMs: 1, disconnectAt: 1 };
  const { portOf, events, rig, paid } = await zcashScene(context, {
    port: { fixedWeight: true },
    pool: { conduct },
  });
  const honest = await rig('honest', { localAddress: '127.0.0.2' });
  const flood = await LineClient.connect(portOf('zcash'), '127.0.0.9');
  const lines = Array.from({ length: 5_000 }, (_, i) =>
    JSON.stringify({ id: i, method: 'mining.authorize', params: [`${i % 200}`, 'guess'] }),
  );
  flood.write(`${lines.join('\n')}\n`);
  await until('it has used up its burst', () => flood.answers.length >= 300);
  for (let i = 0; i < 10; i += 1) {
    assert.equal((await honest.submit(await plainShare(honest))).result, true);
  }
  assert.equal(paid().length, 10);
  assert.ok(flood.answers.length < 350, `${flood.answers.length} answers to the flood`);
  await until('who floods on is disconnected', () => flood.ended);
  assert.ok(flood.answers.length < 350, `${flood.answers.length} answers to the flood`);
  assert.ok(events.some((event) => event.kind === 'conduct' && event.offence === 'flood'));
});

test('T14: who connects and does not log in loses his place, with a nonce1 that nobody saw', async (context) => {
  const limits = { ...POOL_LIMITS, resumeMs: 0 };
  const { portOf, events, pool, reload } = await zcashScene(context, {
    port: { nonce1Bytes: 1 },
    pool: { limits },
  });
  const come = async (count: number) => {
    const clients: LineClient[] = [];
    while (clients.length < count) {
      const before = pool.connections;
      const client = await LineClient.connect(portOf('zcash'));
      // Where no value is at hand at this moment it is asked to connect again.
      await until('it is let in or not', () => client.ended || pool.connections > before);
      if (!client.ended) clients.push(client);
    }
    return clients;
  };
  const [idle, half] = [await come(8), await come(4)];
  for (const client of half) await client.request('mining.subscribe', ['x']);
  // Short times only for these, when they are as far as they will go.
  reload({}, { limits: { ...limits, subscribeMs: 100, authorizeMs: 200 } });
  await until('all are gone', () => [...idle, ...half].every(({ ended }) => ended));
  await until('the pool has seen it', () => pool.connections === 0);
  const ends = events.flatMap((event) => (event.kind === 'disconnected' ? [event.cause] : []));
  assert.equal(ends.filter((cause) => cause === 'no_subscribe').length, 8);
  assert.equal(ends.filter((cause) => cause === 'no_login').length, 4);
  reload({}, { limits });
  // 32 values are all there are. Those that were told to somebody rest; the others can go out at once.
  const later = await Promise.all(
    Array.from({ length: 28 }, () => ZcashRig.connect(portOf('zcash'), SMALL.equihash)),
  );
  assert.equal(new Set(later.map(({ nonce1 }) => nonce1)).size, 28);
});
