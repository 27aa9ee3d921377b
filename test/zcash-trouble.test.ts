import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { startZcashDevnet, type ZcashDevnet } from '@adit/devnet';
import { readShares } from '@adit/journal';
import { ZcashMiner } from '@adit/miner';
import { timeMachine } from '@adit/test-kit/later';
import { LineClient } from '@adit/test-kit/line-client';
import { type RunningPool, SMALL, startPool, zcashPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { ZcashRig } from '@adit/test-kit/zcash-rig';
import Database from 'better-sqlite3';

const NETWORK = 1n << 248n;

async function devnetFor(context: TestContext): Promise<ZcashDevnet> {
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: NETWORK, mempoolSeconds: 0 });
  context.after(() => devnet.close());
  return devnet;
}

async function poolFor(
  context: TestContext,
  data: string,
  ...chain: Parameters<typeof zcashPool>
): Promise<RunningPool> {
  const running = await startPool(data, [zcashPool(...chain)]);
  context.after(() => running.pool.stop());
  return running;
}

const errorOf = (answer: { error: unknown }): string => JSON.stringify(answer.error);

test('when the journal cannot be written shares are refused with 20, blocks go out all the same, and it recovers', async (context) => {
  const data = temporaryFolder(context);
  const devnet = await devnetFor(context);
  const { pool, portOf, events } = await poolFor(context, data, [devnet.url]);
  const rig = await ZcashRig.connect(portOf('zcash'), SMALL.equihash);
  const [, , tip] = await rig.job();
  const meddled = new Set<string>();
  /** Lets the journal of the moment fail: after each failure another file begins. */
  const meddle = async () => {
    const fresh = () =>
      readdirSync(path.join(data, 'journal')).find((name) => name.endsWith('.db') && !meddled.has(name));
    await until('a journal', () => fresh() !== undefined && pool.status.journal.problem === undefined);
    const name = fresh() ?? '';
    meddled.add(name);
    const meddler = new Database(path.join(data, 'journal', name));
    meddler.exec("CREATE TRIGGER fail BEFORE INSERT ON share BEGIN SELECT RAISE(ABORT, 'disk is full'); END");
    meddler.close();
  };
  await meddle();
  const share = await rig.solve((value, target) => value <= target && value > NETWORK);
  const refused = await rig.submit(share);
  assert.equal(errorOf(refused), '[20,"The pool cannot record shares at the moment",null]');
  await meddle();
  const block = await rig.solve((value) => value <= NETWORK);
  assert.equal(errorOf(await rig.submit(block)), '[20,"The pool cannot record shares at the moment",null]');
  await until('the node has the block', () => devnet.acceptedBlocks === 1);
  assert.ok(events.some((event) => event.kind === 'journal' && event.problem?.includes('disk is full')));
  await until('there is work on the block', () => rig.client.last('mining.notify')?.[2] !== tip);
  // What was refused was not kept, and is no duplicate now.
  const job = await rig.job();
  const next = await rig.solve((value, target) => value <= target, job);
  assert.equal((await rig.submit(next)).result, true);
  assert.equal(readShares(data).length, 1);
});

test('when no nonce1 is left a connection is refused with a reason, and a place becomes free with the work', async (context) => {
  const letPass = timeMachine(context);
  const data = temporaryFolder(context);
  const devnet = await devnetFor(context);
  // Works as the node makes them: they may come back.
  const chain = { ...zcashPool([devnet.url], { nonce1Bytes: 1 }), proposeFirst: false };
  const { pool, portOf, events } = await startPool(data, [chain]);
  context.after(() => pool.stop());
  const rigs: ZcashRig[] = [];
  for (let i = 0; i < 32; i += 1) rigs.push(await ZcashRig.connect(portOf('zcash'), SMALL.equihash));
  assert.equal(new Set(rigs.map(({ nonce1 }) => nonce1)).size, 32);
  await rigs[0]?.job();
  // Until the leases have been asked once more, it could be that there are others.
  let reason = '';
  while (!reason.includes('no nonce1 is left')) {
    const refused = await LineClient.connect(portOf('zcash'));
    await until('it is refused', () => refused.ended);
    reason = JSON.stringify(refused.answers[0]);
    assert.match(reason, /no nonce1 is (left|at hand)/);
  }
  rigs[0]?.client.close();
  await until('it is gone', () => events.some(({ kind }) => kind === 'disconnected'));
  // Its work is still alive: the value rests.
  const tooEarly = await LineClient.connect(portOf('zcash'));
  await until('it is refused as well', () => tooEarly.ended);
  const newTip = async () => {
    const before = rigs[1]?.client.count('mining.notify') ?? 0;
    devnet.mineBlock();
    await until('a new tip', () => (rigs[1]?.client.count('mining.notify') ?? 0) > before);
  };
  await newTip();
  const stillTooEarly = await LineClient.connect(portOf('zcash'));
  await until('the tip before may come back', () => stillTooEarly.ended);
  letPass(601_000);
  await newTip();
  const late = await ZcashRig.connect(portOf('zcash'), SMALL.equihash);
  assert.equal(late.nonce1, rigs[0]?.nonce1);
  for (const rig of [...rigs, late]) rig.client.close();
});

test('a job is sent again under a new id without clean, and shares of both are good', async (context) => {
  const data = temporaryFolder(context);
  const devnet = await devnetFor(context);
  const chain = { ...zcashPool([devnet.url]), rebroadcastMs: 200 };
  const { pool, portOf } = await startPool(data, [chain]);
  context.after(() => pool.stop());
  const rig = await ZcashRig.connect(portOf('zcash'), SMALL.equihash);
  await rig.job();
  // The newest may be the second one already.
  const first = rig.client.notifications.find(({ method }) => method === 'mining.notify')?.params ?? [];
  assert.equal(first[7], true);
  await until('another job', () => rig.client.last('mining.notify')?.[0] !== first[0]);
  const second = await rig.job();
  assert.equal(second[7], false);
  assert.equal(second[2], first[2]);
  for (const job of [first, second]) {
    const share = await rig.solve((value, target) => value <= target && value > NETWORK, job);
    assert.equal((await rig.submit(share)).result, true);
  }
});

test('a template that is older than the tip is never mined, and the node is called what it is', async (context) => {
  const data = temporaryFolder(context);
  const devnet = await devnetFor(context);
  const { portOf, events } = await poolFor(context, data, [devnet.url]);
  const rig = await ZcashRig.connect(portOf('zcash'), SMALL.equihash);
  const first = await rig.job();
  devnet.mineBlock();
  await until('work on the new tip', () => rig.client.last('mining.notify')?.[2] !== first[2]);
  devnet.staleTemplate(3);
  devnet.refreshMempool();
  await until('the pool notices', () =>
    events.some((event) => event.kind === 'node' && event.status.state === 'lying'),
  );
  await until('it trusts it again', () => {
    const last = events.findLast((event) => event.kind === 'node');
    return last?.kind === 'node' && last.status.state === 'ready';
  });
  const tips = rig.client.notifications
    .filter(({ method }) => method === 'mining.notify')
    .map(({ params }) => params[2]);
  assert.equal(
    tips.lastIndexOf(first[2]),
    tips.filter((tip) => tip === first[2]).length - 1,
    'the old tip never came back',
  );
});

test('a block goes to every node, and work goes on from the second when the first is gone', async (context) => {
  const data = temporaryFolder(context);
  const first = await startZcashDevnet({ chain: SMALL, initialTarget: NETWORK, mempoolSeconds: 0 });
  // The same chain again: what one accepts the other can check.
  const second = await startZcashDevnet({
    chain: SMALL,
    initialTarget: NETWORK,
    mempoolSeconds: 0,
    state: first.exportState(),
  });
  context.after(() => second.close());
  const { portOf } = await poolFor(context, data, [first.url, second.url]);
  const rig = await ZcashRig.connect(portOf('zcash'), SMALL.equihash);
  await rig.submit(await rig.solve((value) => value <= NETWORK));
  await until('both have it', () => first.height === 1 && second.height === 1);
  await first.close();
  const before = rig.client.count('mining.notify');
  second.mineBlock();
  await until('work of the second', () => rig.client.count('mining.notify') > before);
  await until('a clean job', () => rig.client.notifications.some(({ params }) => params[7] === true));
  await until('a block for the second', async () => {
    await rig.submit(await rig.solve((value) => value <= NETWORK));
    return second.acceptedBlocks >= 2;
  });
});

test('trailing nonce1, the literal reading of the document, works end to end where a port asks for it', async (context) => {
  const data = temporaryFolder(context);
  const devnet = await devnetFor(context);
  const { portOf } = await poolFor(context, data, [devnet.url], {
    nonceLayout: 'trailing',
    startWeight: 16n,
    minWeight: 16n,
  });
  const miner = new ZcashMiner(
    {
      url: { host: '127.0.0.1', port: portOf('zcash'), worker: 'w', password: 'x' },
      threads: 1,
      agent: 'test',
      equihash: SMALL.equihash,
      nonceLayout: 'trailing',
    },
    { onEvent: () => {} },
  );
  const run = miner.run();
  await until('a block', () => devnet.acceptedBlocks >= 1);
  await miner.stop();
  await run;
});

test('the share target follows the miner, with a job of its own where the chain gives none: it rises until shares come as slowly as the port wants', async (context) => {
  const data = temporaryFolder(context);
  const devnet = await devnetFor(context);
  const { pool, portOf, events } = await startPool(data, [
    // Far from the network's target: between the two there must always be shares.
    zcashPool([devnet.url], { shareIntervalMs: 1_000, maxWeight: 64n }),
  ]);
  context.after(() => pool.stop());
  const rig = await ZcashRig.connect(portOf('zcash'), SMALL.equihash);
  await rig.job();
  const before = rig.target;
  const other = await ZcashRig.connect(portOf('zcash'), SMALL.equihash, 'idle');
  await until('the target moves', async () => {
    await rig.submit(await rig.solve((value, target) => value <= target && value > NETWORK));
    return rig.target < before;
  });
  assert.equal(other.client.count('mining.notify'), 1, 'whose target did not change gets no job for it');
  assert.ok(events.some(({ kind }) => kind === 'target_changed'));
  // The target came before a job, and every job after it is judged by it.
  await until('the job', () => rig.client.notifications.at(-1)?.method === 'mining.notify');
  const [job, { target }] = [rig.client.last('mining.notify'), rig];
  const low = await rig.solve((value) => value > target, job);
  assert.match(errorOf(await rig.submit(low)), /^\[23,/);
});
