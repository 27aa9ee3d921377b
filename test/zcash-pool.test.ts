import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startZcashDevnet, type ZcashDevnet } from '@adit/devnet';
import { readShares } from '@adit/journal';
import { ZcashMiner } from '@adit/miner';
import { encodeHex, weightOfTarget } from '@adit/primitives';
import { codeOf, LineClient, textOf } from '@adit/test-kit/line-client';
import { type RunningPool, SMALL, startPool, zcashPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { ZcashRig } from '@adit/test-kit/zcash-rig';

interface Setup extends RunningPool {
  readonly devnet: ZcashDevnet;
  readonly data: string;
}

async function setUp(context: TestContext, changes: Parameters<typeof zcashPool>[1] = {}): Promise<Setup> {
  const data = temporaryFolder(context);
  // Blocks are one solution in some 250: shares that are no blocks are easy to find.
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 248n, mempoolSeconds: 0 });
  const running = await startPool(data, [zcashPool([devnet.url], changes)]);
  context.after(async () => {
    await running.pool.stop();
    await devnet.close();
  });
  return { ...running, devnet, data };
}

test('a share goes from the job to the journal, and a block to the node', async (context) => {
  const { portOf, devnet, data, events } = await setUp(context);
  const rig = await ZcashRig.connect(portOf('zcash'), SMALL.equihash);
  const network = 1n << 248n;
  const share = await rig.solve((value, target) => value > network && value <= target);
  assert.deepEqual(await rig.submit(share), { id: 3, result: true, error: null });
  const block = await rig.solve((value) => value <= network);
  assert.equal((await rig.submit(block)).result, true);
  await until('the node has the block', () => devnet.acceptedBlocks === 1);
  const kept = readShares(data);
  assert.deepEqual(
    kept.map(({ digest, outcome, account, worker, height }) => [
      encodeHex(digest),
      outcome,
      account,
      worker,
      height,
    ]),
    [
      [share.digest, 'share', 'alice', 'alice.rig1', 1],
      [block.digest, 'block', 'alice', 'alice.rig1', 1],
    ],
  );
  assert.equal(kept[0]?.weight, weightOfTarget(rig.target));
  // The new tip comes as a clean job; refreshed ones that are not may follow.
  const cleanJobs = () =>
    rig.client.notifications.filter(({ method, params }) => method === 'mining.notify' && params[7] === true);
  await until('a clean job for the new tip', () => cleanJobs().length === 2);
  // The node's answer and its new tip come by two ways.
  await until('the pool has heard that it was taken', () =>
    events.some((event) => event.kind === 'block_submitted' && event.accepted),
  );
});

test('what is wrong with a share gets its code and a sentence, the connection stays, nothing is credited', async (context) => {
  const { portOf, data } = await setUp(context);
  const port = portOf('zcash');
  const rig = await ZcashRig.connect(port, SMALL.equihash);
  const other = await ZcashRig.connect(port, SMALL.equihash, 'bob');
  const share = await rig.solve((value, target) => value <= target && value > 1n << 248n);
  const flipped = (hex: string, at: number) =>
    hex.slice(0, at) + (hex[at] === '0' ? '1' : '0') + hex.slice(at + 1);
  const refused: [string, Promise<{ error: unknown; result: unknown }>, number, RegExp][] = [
    ['hex', rig.submit(share, { nonce2: `0x${share.nonce2.slice(2)}` }), 20, /nonce2 must be 56 hex digits/],
    ['length', rig.submit(share, { nonce2: share.nonce2.slice(2) }), 20, /nonce2 must be 56 hex digits/],
    ['unknown job', rig.submit(share, { jobId: '0000000000' }), 21, /Job not found/],
    ['__proto__', rig.submit(share, { jobId: '__proto__' }), 21, /Job not found/],
    ['time', rig.submit(share, { time: 'ffffffff' }), 20, /Time out of range: it must be at most/],
    ['early time', rig.submit(share, { time: '00000000' }), 20, /Time out of range: it must be at least/],
    ['nonce1 of another', rig.submit(share, { nonce2: other.nonce1 + share.nonce2 }), 20, /nonce1/],
    ['worker', rig.submit(share, { worker: 'mallory' }), 24, /Unauthorized worker/],
    ['prefix', rig.submit(share, { solution: `25${share.solution.slice(2)}` }), 20, /must begin with 24/],
    [
      'other parameters',
      rig.submit(share, { solution: `fd4005${'00'.repeat(1344)}` }),
      20,
      /must be 74 hex digits/,
    ],
  ];
  for (const [what, answer, code, text] of refused) {
    const answered = await answer;
    assert.equal(answered.result, null, what);
    assert.equal(codeOf(answered), code, what);
    assert.match(textOf(answered), text, what);
  }
  // A wrong solution whose hash is low enough reaches the proof, which names the rule.
  const easy = await rig.solve(() => true);
  const wrong = await rig.submit(easy, { solution: flipped(easy.solution, 20) });
  assert.ok([20, 23].includes(Number(codeOf(wrong))), textOf(wrong));
  assert.deepEqual(readShares(data), []);
  assert.equal((await rig.submit(share)).result, true);
  assert.equal(rig.client.ended, false);
});

test('a share counts once, in whatever letters and over however many connections', async (context) => {
  const { portOf, data } = await setUp(context);
  const rig = await ZcashRig.connect(portOf('zcash'), SMALL.equihash);
  const share = await rig.solve((value, target) => value <= target && value > 1n << 248n);
  const answers = await Promise.all([
    rig.submit(share),
    rig.submit(share, { solution: share.solution.toUpperCase() }),
    rig.submit(share, { nonce2: rig.nonce1.toUpperCase() + share.nonce2 }),
  ]);
  assert.deepEqual(
    answers.map((answer) => codeOf(answer)),
    [null, 22, 22],
  );
  assert.equal(readShares(data).length, 1);
});

test('a solution that was tampered with is refused by the rule that it breaks', async (context) => {
  const { portOf } = await setUp(context, { startWeight: 1n });
  const rig = await ZcashRig.connect(portOf('zcash'), SMALL.equihash);
  await rig.job();
  // The easiest target takes every hash within the limit of the chain: try until the proof is what fails.
  for (let tries = 0; ; tries += 1) {
    const share = await rig.solve(() => true);
    const solution = share.solution.slice(0, -2) + (share.solution.endsWith('00') ? '01' : '00');
    const answer = await rig.submit(share, { solution });
    if (codeOf(answer) === 23 && tries < 200) continue;
    assert.equal(codeOf(answer), 20);
    assert.match(textOf(answer), /^Invalid solution: (the hashes|its indices|an index)/);
    break;
  }
});

test('low difficulty is 23, not subscribed is 25, and a share is judged by the target of its own job', async (context) => {
  const { portOf } = await setUp(context, { startWeight: 64n, minWeight: 64n });
  const rig = await ZcashRig.connect(portOf('zcash'), SMALL.equihash);
  await rig.job();
  const low = await rig.solve((value, target) => value > target);
  const answer = await rig.submit(low);
  assert.equal(codeOf(answer), 23);
  assert.match(textOf(answer), /above the target of its job/);
  const stranger = await LineClient.connect(portOf('zcash'));
  assert.equal(codeOf(await stranger.request('mining.submit', ['alice', '1', '', '', ''])), 25);
  stranger.close();
});

test('after a reorg the jobs of the lost tip are stale, and new work is mined', async (context) => {
  const { portOf, devnet } = await setUp(context);
  const rig = await ZcashRig.connect(portOf('zcash'), SMALL.equihash);
  const block = await rig.solve((value) => value <= 1n << 248n);
  await rig.submit(block);
  await until('the block is in', () => devnet.height === 1);
  await until('work on it', () => rig.client.count('mining.notify') > 1);
  const oldJob = await rig.job();
  const late = await rig.solve((value, target) => value <= target && value > 1n << 248n, oldJob);
  devnet.reorg(1);
  await until('work on the other branch', () => rig.client.last('mining.notify')?.[2] !== oldJob[2]);
  const answer = await rig.submit(late);
  assert.equal(codeOf(answer), 21);
  assert.match(textOf(answer), /Stale job/);
  const fresh = await rig.solve((value, target) => value <= target);
  assert.equal((await rig.submit(fresh)).result, true);
});

test('a node that goes away is reported, miners keep the last work, and all recovers by itself', async (context) => {
  const data = temporaryFolder(context);
  const options = { chain: SMALL, initialTarget: 1n << 248n, mempoolSeconds: 0 };
  let devnet = await startZcashDevnet(options);
  const port = Number(new URL(devnet.url).port);
  const { pool, events, portOf } = await startPool(data, [zcashPool([devnet.url])]);
  context.after(async () => {
    await pool.stop();
    await devnet.close();
  });
  const rig = await ZcashRig.connect(portOf('zcash'), SMALL.equihash);
  await rig.job();
  const state = devnet.exportState();
  await devnet.close();
  await until('the pool says so', () =>
    events.some((event) => event.kind === 'node' && event.status.state === 'down'),
  );
  const share = await rig.solve((value, target) => value <= target && value > 1n << 248n);
  assert.equal((await rig.submit(share)).result, true);
  devnet = await startZcashDevnet({ ...options, port, state });
  const downAt = events.length;
  await until('it is back', () =>
    events.slice(downAt).some((event) => event.kind === 'node' && event.status.state === 'ready'),
  );
  const block = await rig.solve((value) => value <= 1n << 248n);
  await rig.submit(block);
  await until('a block is taken again', () => devnet.acceptedBlocks === 1);
  assert.equal(rig.client.ended, false);
});

test('a block found while no node answers is kept on disk and handed in when one does', async (context) => {
  const data = temporaryFolder(context);
  const options = { chain: SMALL, initialTarget: 1n << 248n, mempoolSeconds: 0 };
  let devnet = await startZcashDevnet(options);
  const port = Number(new URL(devnet.url).port);
  const first = await startPool(data, [zcashPool([devnet.url])]);
  const rig = await ZcashRig.connect(first.portOf('zcash'), SMALL.equihash);
  const block = await rig.solve((value) => value <= 1n << 248n);
  const state = devnet.exportState();
  await devnet.close();
  assert.equal((await rig.submit(block)).result, true);
  await first.pool.stop();
  devnet = await startZcashDevnet({ ...options, port, state });
  const second = await startPool(data, [zcashPool([devnet.url])]);
  await until('the block is in', () => devnet.acceptedBlocks === 1);
  await second.pool.stop();
  await devnet.close();
});

test('the real miner mines blocks through the pool, and nothing of it is refused but what a new tip made late', async (context) => {
  // Heavier shares: at weight 1 the small solver floods the connection, which is refused by rule.
  const { portOf, devnet, data } = await setUp(context, { startWeight: 16n, minWeight: 16n });
  const reasons = new Set<string>();
  const miner = new ZcashMiner(
    {
      url: { host: '127.0.0.1', port: portOf('zcash'), worker: 'carol.cpu', password: 'x' },
      threads: 1,
      agent: 'test',
      equihash: SMALL.equihash,
    },
    {
      onEvent: (event) => {
        if (event.kind === 'rejected') reasons.add(event.reason);
      },
    },
  );
  const run = miner.run();
  await until('two blocks', () => devnet.acceptedBlocks >= 2);
  // Blocks go out without waiting for the journal, answers wait for it.
  await until('the miner is told so', () => miner.status().accepted > 0);
  await miner.stop();
  await run;
  reasons.delete('Stale job: the chain has moved on');
  assert.deepEqual([...reasons], []);
  await until(
    'the blocks are in the journal',
    () => readShares(data).filter(({ outcome }) => outcome === 'block').length >= 1,
  );
  const shares = readShares(data);
  assert.equal(new Set(shares.map(({ digest }) => encodeHex(digest))).size, shares.length);
});
