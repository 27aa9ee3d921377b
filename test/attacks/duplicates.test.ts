import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, codeOf, type LineClient, textOf } from '@adit/test-kit/line-client';
import { zcashPool } from '@adit/test-kit/pools';
import { TrueRig } from '@adit/test-kit/true-rig';
import { until } from '@adit/test-kit/until';
import type { ZcashRig } from '@adit/test-kit/zcash-rig';
import { NETWORK, plainShare, trueScene, trueShare, zcashScene } from './setup.ts';

test('T04: a work that is sent again keeps its id, and its shares count once', async (context) => {
  const { rig, paid } = await zcashScene(context, { chain: { rebroadcastMs: 50, proposeFirst: false } });
  const miner = await rig();
  const first = await miner.job();
  const share = await plainShare(miner, first);
  assert.equal((await miner.submit(share)).result, true);
  await until('it to come twice more', () => miner.client.count('mining.notify') >= 3);
  const ids = new Set(
    miner.client.notifications
      .filter(({ method }) => method === 'mining.notify')
      .map(({ params }) => params[0]),
  );
  assert.equal(ids.size, 1);
  for (const id of ids) assert.equal(codeOf(await miner.submit(share, { jobId: String(id) })), 22);
  assert.deepEqual(paid(), [share.digest]);
});

test('T04: under the id of another template of the same tip a share is another header, and proves nothing', async (context) => {
  const { rig, paid, devnet } = await zcashScene(context, { chain: { refreshMs: 1 } });
  const miner = await rig();
  const first = await miner.job();
  const share = await plainShare(miner, first);
  assert.equal((await miner.submit(share)).result, true);
  devnet.refreshMempool();
  await until('other transactions', () => miner.client.last('mining.notify')?.[3] !== first[3]);
  const [id] = await miner.job();
  assert.match(textOf(await miner.submit(share, { jobId: String(id) })), /^Invalid solution/);
  // Its own job is still alive, and still knows it.
  assert.equal(codeOf(await miner.submit(share)), 22);
  assert.deepEqual(paid(), [share.digest]);
});

test('T04: a share is not paid again after a new connection, or on another port', async (context) => {
  const ports = ['zcash', 'other'].flatMap((name) => zcashPool([], { name }).ports);
  const { rig, paid } = await zcashScene(context, { chain: { ports } });
  const miner = await rig();
  const share = await plainShare(miner);
  assert.equal((await miner.submit(share)).result, true);
  const elsewhere = await rig('alice.rig1', { port: 'other' });
  miner.client.close();
  const later = await rig();
  for (const thief of [elsewhere, later]) {
    assert.notEqual(thief.nonce1, miner.nonce1);
    const [jobId] = await thief.job();
    const here = { jobId: String(jobId) };
    const whole = { ...here, nonce2: miner.nonce1 + share.nonce2 };
    assert.match(textOf(await thief.submit(share, whole)), /^The nonce does not begin with/);
    assert.match(textOf(await thief.submit(share, here)), /^Invalid solution/);
  }
  assert.deepEqual(paid(), [share.digest]);
});

test('T04: a resumed session has its nonce1 again, and its shares are still known', async (context) => {
  const { rig, paid } = await zcashScene(context);
  const miner = await rig();
  const share = await plainShare(miner);
  assert.equal((await miner.submit(share)).result, true);
  miner.client.close();
  let resumed = await rig(miner.worker, { session: miner.sessionId });
  // The old connection may still be open for a moment; then the id is nobody's.
  await until('the session is free', async () => {
    if (resumed.nonce1 === miner.nonce1) return true;
    resumed.client.close();
    resumed = await rig(miner.worker, { session: miner.sessionId });
    return false;
  });
  assert.equal(codeOf(await resumed.submit(share)), 22);
  assert.equal(codeOf(await resumed.submit(share, { nonce2: miner.nonce1 + share.nonce2 })), 22);
  // Under another name it is the same share.
  await resumed.client.request('mining.authorize', ['mallory', 'x']);
  assert.equal(codeOf(await resumed.submit(share, { worker: 'mallory' })), 22);
  assert.deepEqual(paid(), [share.digest]);
});

test('T04: a share that was under way when its connection broke is paid once, whatever the resumed session says', async (context) => {
  const { rig, paid, events } = await zcashScene(context);
  let miner = await rig();
  const digests: string[] = [];
  const seen = new Set<bigint>();
  for (let round = 0; round < 8; round += 1) {
    // Each rig counts from the beginning, and they all have one nonce1.
    const job = await miner.job();
    const target = miner.targetOf(job[0]);
    const share = await miner.solve((value) => value <= target && value > NETWORK && !seen.has(value), job);
    seen.add(share.value);
    digests.push(share.digest);
    const gone = events.filter(({ kind }) => kind === 'disconnected').length;
    miner.submit(share).catch(() => {});
    // Written, perhaps read, perhaps judged: each round ends somewhere else.
    for (let turn = 0; turn < round; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    miner.client.close();
    await until('it is gone', () => events.filter(({ kind }) => kind === 'disconnected').length > gone);
    const { nonce1 } = miner;
    miner = await rig(miner.worker, { session: miner.sessionId });
    assert.equal(miner.nonce1, nonce1);
    const answer = await miner.submit(share);
    assert.ok(answer.result === true || codeOf(answer) === 22, textOf(answer));
    assert.equal(codeOf(await miner.submit(share)), 22);
  }
  // A duplicate is answered at once, also while the first one is still on its way to the disk.
  await until('all are on disk', () => paid().length >= digests.length);
  assert.deepEqual(paid(), digests);
});

test('T04: of two processes on one data folder a share is paid once, also when both hear of it at once', async (context) => {
  const first = await trueScene(context);
  const { data, devnet } = first;
  const second = await trueScene(context, { data, devnet });
  // The header is the same for both, and a nonce is not bound to its connection there.
  const [alice, mallory] = await Promise.all(
    [first, second].map((scene, i) =>
      TrueRig.connect(scene.portOf('truechain'), i === 0 ? 'alice' : 'mallory'),
    ),
  );
  assert.ok(alice && mallory);
  const [id, , header] = await mallory.job();
  assert.equal((await alice.job())[2], header);
  const digests = 12;
  for (let i = 0; i < digests; i += 1) {
    const [jobId, nonce] = await trueShare(alice);
    const answers: Answer[] = await Promise.all([
      alice.submit([jobId, nonce]),
      mallory.submit([String(id), nonce]),
      mallory.submit([String(id), nonce]),
    ]);
    // No process waits for the other: in the same moment each may take it, once; whoever counts it counts one.
    const taken = answers.filter(({ result }) => result === true).length;
    assert.ok(taken === 1 || taken === 2, `${taken} of one share`);
    assert.ok(answers.every((answer) => answer.result === true || codeOf(answer) === 22));
    // And one after the other.
    assert.equal(codeOf(await alice.submit([jobId, nonce])), 22);
    assert.equal(codeOf(await mallory.submit([String(id), nonce])), 22);
  }
  const shares = first.shares();
  assert.equal(shares.length, digests);
  assert.equal(new Set(shares.map(({ digest }) => Buffer.from(digest).toString('hex'))).size, digests);
});

test('T04: a session of one process is nothing to another on the same folder', async (context) => {
  const first = await zcashScene(context);
  const second = await zcashScene(context, { data: first.data, devnet: first.devnet });
  const miner = await first.rig();
  const share = await plainShare(miner);
  assert.equal((await miner.submit(share)).result, true);
  miner.client.close();
  const thief = await second.rig('mallory', { session: miner.sessionId });
  assert.notEqual(thief.sessionId, miner.sessionId);
  assert.notEqual(thief.nonce1, miner.nonce1);
  const [jobId] = await thief.job();
  assert.match(
    textOf(await thief.submit(share, { jobId: String(jobId), nonce2: miner.nonce1 + share.nonce2 })),
    /^The nonce does not begin with/,
  );
  assert.deepEqual(first.paid(), [share.digest]);
});

test('T04: after a restart a share is known, even to a connection that has got the same nonce1', async (context) => {
  const port = { nonce1Bytes: 1 };
  // Works as the node makes them: the next process has the same.
  const chain = { proposeFirst: false };
  const first = await zcashScene(context, { port, chain });
  const { data, devnet } = first;
  const miner = await first.rig();
  const share = await plainShare(miner);
  assert.equal((await miner.submit(share)).result, true);
  await first.pool.stop();
  // Three hours on by the pool's clock, but on the same template: the values of the dead process are free again.
  const now = () => Date.now() + 3 * 3600_000;
  const second = await zcashScene(context, { port, chain, data, devnet, pool: { now } });
  const clients: LineClient[] = [];
  let heir: ZcashRig | undefined;
  for (let i = 0; i < 256 && heir === undefined; i += 1) {
    const rig = await second.rig('mallory');
    clients.push(rig.client);
    if (rig.nonce1 === miner.nonce1) heir = rig;
  }
  assert.ok(heir, 'no connection got the old nonce1');
  const [id] = await heir.job();
  assert.equal(codeOf(await heir.submit(share, { jobId: String(id) })), 22);
  assert.deepEqual(second.paid(), [share.digest]);
  for (const client of clients) client.close();
});
