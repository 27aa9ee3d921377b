import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { readShares } from '@adit/journal';
import { encodeHex } from '@adit/primitives';
import { codeOf } from '@adit/test-kit/line-client';
import { until } from '@adit/test-kit/until';
import { ToyHand } from './toy/hand.ts';
import { CONFIRMATIONS, SHARE_WEIGHT, startToyPool, toyMiner } from './toy/pool.ts';

/** Blocks that the miner is to find: each replaces the work of all. */
const BLOCKS = 3;

test('a miner of a family that is handed to the pool mines over a socket, and the journal has each share once', async (context) => {
  const { pool, dataFolder, port, node, events } = await startToyPool(context);
  const miner = toyMiner(port);
  const running = miner.run();
  await until('some blocks', () => events('block_submitted').length >= BLOCKS, 120);
  await miner.stop();
  await running;
  await pool.stop();
  const accepted = events('share_accepted');
  const shares = readShares(dataFolder);
  assert.equal(shares.length, accepted.length);
  assert.equal(new Set(shares.map(({ digest }) => encodeHex(digest))).size, shares.length);
  for (const { dialect, network, account, weight } of shares)
    assert.deepEqual([dialect, network, account, weight], ['toy', 'toy', 'alice', SHARE_WEIGHT]);
  const blocks = shares.filter(({ outcome }) => outcome === 'block').map(({ digest }) => encodeHex(digest));
  assert.ok(blocks.length >= BLOCKS);
  assert.deepEqual(
    events('block_found')
      .map(({ id }) => id)
      .toSorted(),
    blocks.toSorted(),
  );
  assert.ok(node.handedIn.length >= BLOCKS);
  assert.deepEqual(events('problem'), []);
});

test('a share of the family is refused the second time, above its target, and once its tip is replaced', async (context) => {
  const { pool, dataFolder, port, node, events } = await startToyPool(context);
  const hand = await ToyHand.connect(port);
  const { jobId, shareTarget } = hand;
  const share = hand.find((value) => value <= shareTarget && value > node.work.target);
  assert.equal((await hand.submit(jobId, share.nonce2)).result, true);
  assert.equal(codeOf(await hand.submit(jobId, share.nonce2)), 22);
  assert.equal(codeOf(await hand.submit(jobId, hand.find((value) => value > shareTarget).nonce2)), 23);
  const late = hand.find((value) => value <= shareTarget && value > node.work.target);
  node.extend();
  await until('a job on the new tip', () => hand.jobId !== jobId);
  assert.equal(codeOf(await hand.submit(jobId, late.nonce2)), 21);
  assert.equal(codeOf(await hand.submit(hand.jobId, 'ab')), 20);
  assert.deepEqual(
    events('refused').map(({ reason }) => reason),
    ['duplicate_share', 'low_difficulty', 'stale_job', 'bad_nonce'],
  );
  hand.close();
  await pool.stop();
  assert.deepEqual(
    readShares(dataFolder).map(({ digest, outcome }) => [encodeHex(digest), outcome]),
    [[share.id, 'share']],
  );
});

test('a block of the family reaches the node, and is followed until it lies deep enough', async (context) => {
  const { dataFolder, port, node, events } = await startToyPool(context);
  const hand = await ToyHand.connect(port);
  const block = hand.find((value) => value <= node.work.target);
  assert.equal((await hand.submit(hand.jobId, block.nonce2)).result, true);
  await until('the block is seen', () => events('block_state').length === 1);
  assert.equal(node.handedIn.length, 1);
  assert.deepEqual(
    events('block_submitted').map(({ id, outcome, height }) => [id, outcome, height]),
    [[block.id, 'accepted', 1]],
  );
  for (let depth = 1; depth < CONFIRMATIONS; depth += 1) node.extend();
  await until('its end', () => events('block_state').length === 2);
  assert.deepEqual(
    events('block_state').map(({ id, state, confirmations }) => [id, state, confirmations]),
    [
      [block.id, 'best_chain', 1],
      [block.id, 'best_chain', CONFIRMATIONS],
    ],
  );
  const done = path.join(dataFolder, 'blocks', 'done');
  await until('its file is put away', async () => (await readdir(done)).length === 1);
  hand.close();
});

test('the pool is ready, and its status knows the node, the work and the lines of the family', async (context) => {
  const { pool, port, node } = await startToyPool(context);
  assert.ok(await pool.whenWorking(10_000));
  const hand = await ToyHand.connect(port);
  const { ready, chains, ports } = pool.status;
  assert.equal(ready, true);
  assert.deepEqual(
    chains.map(({ kind, finds, height, nodes }) => [kind, finds, height, nodes.map((one) => one.node)]),
    [['toy', ['block'], 1, [node.name]]],
  );
  const [{ dialect, miners, messages } = assert.fail()] = ports;
  assert.deepEqual([dialect, miners, messages.subscribe, messages.authorize], ['toy', 1, 1, 1]);
  hand.close();
});

test('the agent of a miner is cut and made printable, whatever its dialect', async (context) => {
  const { port, events } = await startToyPool(context);
  const hand = await ToyHand.connect(port, `evil\u001b[2J\n${'x'.repeat(100)}`);
  assert.deepEqual(
    events('subscribed').map(({ agent }) => agent),
    [`evil?[2J?${'x'.repeat(55)}`],
  );
  hand.close();
});
