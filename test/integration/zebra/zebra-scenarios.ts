import assert from 'node:assert/strict';
import path from 'node:path';
import { until } from '@adit/test-kit/until';
import { confirmationsOf, heightOf, mineOne } from './blocks.ts';
import { callNode, type NodePlace } from './node-rpc.ts';
import { COINBASE_TEXT, type LoggedEvent, PoolSite } from './pool-site.ts';
import { chainStatus, type Stage } from './scenarios.ts';
import { SPENDABLE_ADDRESS, spendCoinbases } from './spendable.ts';
import { ZebradNode } from './zebrad-node.ts';

/** A stage on a real zebrad, and what it takes to set up another. */
export interface ZebraStage extends Stage {
  readonly node: ZebradNode;
  readonly zebrad: string;
  /** An empty folder for what a scenario sets up. */
  readonly folder: string;
  readonly nu7Height: number;
  /** Blocks that the real miner is to find. */
  readonly blocks: number;
  /** What the nodes' environment has, so that they check proofs of work or do not. */
  readonly variables: Readonly<Record<string, string>>;
}

/** A miner of small proofs finds seventy blocks a second, nearly all of them siblings: no such chain exists. */
const FULL_PROOFS = 'zcash-devnet';
/** One block in some five seconds on a core that has other things to do too. */
const SECONDS_A_BLOCK = 30;
/** Zebra's example of a unified address on Regtest (its own `config/mining.rs` has it). */
const UNIFIED_ADDRESS =
  'uregtest1efxggx6lduhm2fx5lnrhxv7h7kpztlpa3ahf3n4w0q0zj5epj4av9xjq6ljsja3xk8z7rzd067kc7mgpy9448rdfzpfjz5gq389zdmpgnk6rp4ykk0xk6cmqw6zqcrnmsuaxv3yzsvcwsd4gagtalh0uzrdvy03nhmltjz2eu0232qlcs0zvxuqyut73yucd9gy5jaudnyt7yqhgpqv';

/** Pool and miner across the border of NU7, as somebody who starts a pool sees it. */
export async function acrossNu7(stage: ZebraStage): Promise<string> {
  const { node, nu7Height, blocks, folder } = stage;
  const from = await heightOf(node);
  const to = from + blocks;
  assert.ok(from < nu7Height && nu7Height < to, `NU7 comes at ${nu7Height}, blocks from ${from} to ${to}`);
  const pool = await PoolSite.start({ folder, network: FULL_PROOFS, nodes: [node] });
  try {
    return await mineAcross({ ...stage, pool }, from, to);
  } finally {
    await pool.stop();
  }
}

async function mineAcross({ node, pool, blocks }: ZebraStage, from: number, to: number): Promise<string> {
  const endMiner = pool.startMiner();
  const startedAt = performance.now();
  await until(`height ${to}`, async () => (await heightOf(node)) >= to, blocks * SECONDS_A_BLOCK);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  await endMiner();
  const found = new Set(pool.events('block_found').map(({ id }) => id));
  for (let height = from + 1; height <= to; height += 1) {
    const id = await callNode(node, 'getblockhash', [height]);
    assert.ok(found.has(id), `the block at ${height} is none that the pool found`);
    // A node that is busy with siblings may answer late, or the pool has to look for it.
    await until(
      `the pool knows of the block at ${height}`,
      () => pool.events('block_submitted').some((event) => event['id'] === id && event['accepted'] === true),
      60,
    );
    await saysText(node, id);
  }
  const { upgrades } = (await callNode(node, 'getblockchaininfo')) as {
    upgrades: Readonly<Record<string, { readonly name: string; readonly status: string }>>;
  };
  assert.equal(Object.values(upgrades).find(({ name }) => /nu7/i.test(name))?.status, 'active');
  const refused = pool.events('block_submitted').filter(({ outcome }) => outcome === 'refused');
  assert.deepEqual(refused, []);
  const { height, nodes } = await chainStatus(pool);
  assert.ok((height ?? 0) > to, `adit status shows height ${height}`);
  assert.deepEqual(
    nodes.map(({ state }) => state),
    ['ready'],
  );
  return `${found.size} blocks in ${seconds} s`;
}

/** `adit probe pool`, all that it asks a pool by itself. */
export async function probed({ pool }: ZebraStage): Promise<string> {
  const { status, out } = await pool.probe();
  assert.equal(status, 0, out);
  return out.trim().split('\n').at(-1) ?? '';
}

/** Transactions wait while a tip comes: the first job on it has them, and is clean. */
export async function transactionsOverTip(stage: ZebraStage): Promise<string> {
  const { node, pool } = stage;
  const rig = await pool.rig('fees.1');
  // The log tells of works in their order, but later than the miner hears of them: they are told apart by their height.
  const worksOnTip = async (): Promise<readonly LoggedEvent[]> => {
    const height = (await heightOf(node)) + 1;
    return pool.events('work').filter((event) => event['height'] === height);
  };
  const inHand = async () => (await worksOnTip()).at(-1)?.['transactions'];
  await spendCoinbases(node, 0, 2);
  await until('work with transactions', async () => (await inHand()) === 2);
  const first = await mineOne(rig, node);
  assert.equal((await transactionsOf(node, first)).length, 3);
  // With transactions in the work in hand the pool waits for more at the next tip; those sent last come too late for it.
  await spendCoinbases(node, 2, 2);
  await until('they are in the work', async () => (await inHand()) === 2);
  const sent = await spendCoinbases(node, 4, 3);
  const second = await mineOne(rig, node);
  await until('work on the new tip', async () => (await worksOnTip()).length > 0);
  const [onNewTip] = await worksOnTip();
  assert.equal(onNewTip?.['clean'], true);
  const inSecond = await transactionsOf(node, second);
  const waiting = sent.filter((id) => !inSecond.includes(id)).length;
  const had = Number(onNewTip?.['transactions']);
  assert.equal(had, waiting, `${waiting} transactions waited, and the first work on the new tip had ${had}`);
  const mined = [...inSecond, ...(await transactionsOf(node, await mineOne(rig, node)))];
  for (const id of sent) assert.ok(mined.includes(id), `${id} is in neither block`);
  rig.client.close();
  return `${waiting} waited, and the first work on the new tip had them`;
}

/** Another node without peers lacks the parent of every block: it is shown so, and holds up nothing. */
export async function lonelySecondNode(stage: ZebraStage): Promise<string> {
  const { node, zebrad, folder, nu7Height, variables, pool } = stage;
  const second = await ZebradNode.make({
    zebrad,
    folder: path.join(folder, 'second'),
    minerAddress: SPENDABLE_ADDRESS,
    nu7Height,
  });
  // Its genesis block has a small proof that it would not take from itself.
  await second.start();
  await second.stop();
  second.setVariables(variables);
  await second.start();
  let site: PoolSite | undefined;
  try {
    const both = await PoolSite.start({
      folder: path.join(folder, 'second-pool'),
      network: pool.network,
      nodes: [node, second],
    });
    site = both;
    const rig = await both.rig('two.1');
    const startedAt = performance.now();
    await mineOne(rig, node);
    await mineOne(rig, node);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    rig.client.close();
    const tip = await heightOf(node);
    await until('the lag is shown', async () => (await chainStatus(both)).nodes[1]?.lag === tip);
    const [, shown] = (await chainStatus(both)).nodes;
    assert.equal(shown?.state, 'syncing', shown?.detail);
    const ever = both
      .events('node')
      .filter((event) => JSON.stringify(event).includes(new URL(second.url).host));
    assert.deepEqual(
      ever.filter((event) => JSON.stringify(event['status']).includes('"ready"')),
      [],
    );
    assert.equal(await heightOf(second), 0);
    return `two blocks in ${seconds} s; shown as ${shown?.state}: ${shown?.detail}`;
  } finally {
    await site?.stop();
    await second.stop();
  }
}

/** A shielded miner address: `--check` says what it costs, and blocks are found all the same. */
export async function shieldedAddress(stage: ZebraStage): Promise<string> {
  const { zebrad, folder, nu7Height, variables, pool } = stage;
  const node = await ZebradNode.make({
    zebrad,
    folder: path.join(folder, 'shielded'),
    minerAddress: UNIFIED_ADDRESS,
    nu7Height,
  });
  await node.start();
  await node.stop();
  node.setVariables(variables);
  await node.start();
  const startedAt = performance.now();
  let site: PoolSite | undefined;
  try {
    site = await PoolSite.start({
      folder: path.join(folder, 'shielded-pool'),
      network: pool.network,
      nodes: [node],
    });
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    assert.match(await site.check(), /note: .*shielded/);
    const rig = await site.rig('shielded.1');
    const ids = [await mineOne(rig, node), await mineOne(rig, node)];
    for (const id of ids) assert.ok((await confirmationsOf(node, id)) > 0);
    const texts = await Promise.all(ids.map((id) => hasText(node, id)));
    rig.client.close();
    return `first work after ${seconds} s, two blocks; the text is in ${texts.filter(Boolean).length} of them`;
  } finally {
    await site?.stop();
    await node.stop();
  }
}

async function transactionsOf(node: NodePlace, id: string): Promise<readonly string[]> {
  return ((await callNode(node, 'getblock', [id, 1])) as { tx: readonly string[] }).tx;
}

async function saysText(node: NodePlace, id: unknown): Promise<void> {
  assert.ok(await hasText(node, id), `${String(id)} does not say ${COINBASE_TEXT}`);
}

async function hasText(node: NodePlace, id: unknown): Promise<boolean> {
  const block = String(await callNode(node, 'getblock', [id, 0]));
  return block.includes(Buffer.from(COINBASE_TEXT).toString('hex'));
}
