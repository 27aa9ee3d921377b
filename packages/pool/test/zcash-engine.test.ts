import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ZcashNode } from '@adit/chain';
import { MAX_TARGET_256 } from '@adit/primitives';
import { until } from '@adit/test-kit/until';
import { FROM, NETWORK, type ZcashSetup, zcashEngine } from './support/engines.ts';
import { ScriptedNode, scriptedZcash } from './support/scripted-zcash.ts';

const isBlock = (value: bigint) => value <= NETWORK;
const isNoBlock = (value: bigint) => value > NETWORK;

/** Gives a new tip, so that the duplicate set of a new group is read. */
async function nextTip({ devnet, jobs }: ZcashSetup): Promise<void> {
  const before = jobs.length;
  devnet.mineBlock();
  await until('work on the new tip', () => jobs.length > before);
}

test('a block goes to the nodes even if the journal cannot be read, and is not credited', async (context) => {
  const setup = await zcashEngine(context);
  const { engine, devnet, journal, solve } = setup;
  journal.digestsOf = () => Promise.reject(new Error('the disk is gone'));
  await nextTip(setup);
  const before = devnet.acceptedBlocks;
  const block = solve(isBlock, MAX_TARGET_256);
  assert.deepEqual(await engine.judge(block, FROM), { accepted: false, reason: 'not_recorded' });
  await until('the node has the block', () => devnet.acceptedBlocks === before + 1);
  assert.deepEqual(journal.kept, []);
});

test('a block does not wait for a journal that hangs; its credit does', async (context) => {
  const setup = await zcashEngine(context);
  const { engine, devnet, journal, solve } = setup;
  journal.hang();
  await nextTip(setup);
  const before = devnet.acceptedBlocks;
  const verdict = engine.judge(solve(isBlock, MAX_TARGET_256), FROM);
  await until('the node has the block', () => devnet.acceptedBlocks === before + 1);
  assert.deepEqual(journal.kept, []);
  journal.letRead();
  assert.equal((await verdict).accepted, true);
  assert.equal(journal.kept.length, 1);
});

test('shares of a tip are accepted as soon as the journal can be read again', async (context) => {
  const setup = await zcashEngine(context);
  const { engine, journal, solve } = setup;
  journal.digestsOf = () => Promise.reject(new Error('the thread ended'));
  await nextTip(setup);
  const share = solve(isNoBlock, MAX_TARGET_256);
  assert.deepEqual(await engine.judge(share, FROM), { accepted: false, reason: 'not_recorded' });
  journal.digestsOf = async () => [];
  assert.equal((await engine.judge(share, FROM)).accepted, true);
  assert.deepEqual(await engine.judge(share, FROM), { accepted: false, reason: 'duplicate_share' });
});

test('when no more shares of a tip can be remembered shares are refused, blocks go out, and those of the next tip count', async (context) => {
  const setup = await zcashEngine(context, { duplicates: { maxKeys: 2 } });
  const { engine, devnet, journal, events, solve } = setup;
  const first = solve(isNoBlock, MAX_TARGET_256);
  assert.equal((await engine.judge(first, FROM)).accepted, true);
  assert.equal((await engine.judge(solve(isNoBlock, MAX_TARGET_256), FROM)).accepted, true);
  const surplus = solve(isNoBlock, MAX_TARGET_256);
  for (let copy = 0; copy < 2; copy += 1)
    assert.deepEqual(await engine.judge(surplus, FROM), { accepted: false, reason: 'overloaded' });
  assert.deepEqual(await engine.judge(first, FROM), { accepted: false, reason: 'duplicate_share' });
  assert.equal(events.filter((event) => event.kind === 'problem').length, 1);
  const block = solve(isBlock, MAX_TARGET_256);
  const before = setup.jobs.length;
  assert.deepEqual(await engine.judge(block, FROM), { accepted: false, reason: 'overloaded' });
  await until('the node has the block', () => devnet.acceptedBlocks === 1);
  await until('work on the new tip', () => setup.jobs.length > before);
  assert.equal((await engine.judge(solve(isNoBlock, MAX_TARGET_256), FROM)).accepted, true);
  assert.equal(journal.kept.length, 3);
});

test('a full verifier refuses shares, but never a block', async (context) => {
  const { engine, devnet, verifier, solve } = await zcashEngine(context, { held: true, maxQueued: 2 });
  const flood = [1, 2].map(() => engine.judge(solve(isNoBlock, MAX_TARGET_256), FROM));
  const refused = solve(isNoBlock, MAX_TARGET_256);
  assert.deepEqual(await engine.judge(refused, FROM), { accepted: false, reason: 'overloaded' });
  const block = engine.judge(solve(isBlock, MAX_TARGET_256), FROM);
  verifier.release();
  assert.equal((await block).accepted, true);
  for (const verdict of await Promise.all(flood)) assert.equal(verdict.accepted, true);
  await until('the node has the block', () => devnet.acceptedBlocks === 1);
});

test('jobs are sent again even if the wall clock was set back', async (context) => {
  let now = Date.now();
  const { jobs } = await zcashEngine(context, { rebroadcastMs: 100, now: () => now });
  now -= 3600_000;
  const before = jobs.length;
  await until('two more jobs', () => jobs.length >= before + 2);
});

test('shares of the former tip count once each, and exactly for the grace', async (context) => {
  let now = 0;
  let wall = Date.now();
  const { engine, devnet, journal, events, solve } = await zcashEngine(context, {
    now: () => wall,
    elapsed: () => now,
  });
  const from = { ...FROM, graceMs: 2_000 };
  engine.graceMs = 2_000;
  const [kept, late, none] = [1, 2, 3].map(() => solve(isNoBlock, MAX_TARGET_256));
  assert.ok(kept !== undefined && late !== undefined && none !== undefined);
  devnet.mineBlock();
  await until(
    'the new tip',
    () => events.filter((event) => event.kind === 'work' && event.clean).length === 2,
  );
  assert.equal((await engine.judge(none, FROM)).accepted, false, 'this port has no grace');
  // The wall clock goes two hours ahead. That makes no share older.
  wall += 7_200_000;
  now += 1_900;
  assert.equal((await engine.judge(kept, from)).accepted, true);
  assert.deepEqual(await engine.judge(kept, from), { accepted: false, reason: 'duplicate_share' });
  now += 200;
  const verdict = await engine.judge(late, from);
  assert.deepEqual([verdict.accepted, !verdict.accepted && verdict.reason], [false, 'stale_job']);
  // A clock that is set back makes no share younger.
  wall -= 14_400_000;
  assert.equal((await engine.judge(late, from)).accepted, false);
  assert.equal(journal.kept.length, 1);
});

test('nodes that hold different blocks of one height are reported', async (context) => {
  const pair = [1, 2].map((parent) => Object.assign(new ScriptedNode(), { name: `node ${parent}` }));
  for (const [index, node] of pair.entries()) node.give({ parent: index + 1 });
  const { of } = await scriptedZcash(context, {
    modules: { nodes: pair as unknown as readonly ZcashNode[] },
  });
  await until('the disagreement', () => of('nodes_disagree').length > 0);
  assert.deepEqual(of('nodes_disagree')[0], {
    kind: 'nodes_disagree',
    chain: 'zec',
    height: 99,
    tips: [
      { node: 'node 1', hash: '01'.repeat(32) },
      { node: 'node 2', hash: '02'.repeat(32) },
    ],
  });
});
