import assert from 'node:assert/strict';
import { zcashChain } from '@adit/chain';
import { targetFromHex } from '@adit/primitives';
import { LineClient } from '@adit/test-kit/line-client';
import { until } from '@adit/test-kit/until';
import type { StatusDocument } from '../../../packages/cli/src/control/status-document.ts';
import { confirmationsOf, mineOne, untilJobOn } from './blocks.ts';
import { callNode } from './node-rpc.ts';
import type { NodeUnderTest } from './node-under-test.ts';
import type { PoolSite } from './pool-site.ts';

/** What a scenario plays with. */
export interface Stage {
  readonly node: NodeUnderTest;
  readonly pool: PoolSite;
}

/** From the node's first answer to work: it is looked at three times a second, on a machine that may be busy. */
const WORK_AGAIN_MS = 10_000;
/** Lost blocks are looked for as soon as the node gives work again, which takes seconds after its start; a
 * look that is under way on a chain full of siblings comes first. */
const HANDED_IN_SECONDS = 20;
/** A Zebra writes new blocks down every five seconds: one kill of several comes before that. */
const MOST_KILLS = 3;
const KILLED_BLOCKS = 2;
const QUICK_MS = 2_000;

/** The chain's part of `adit status`. */
export async function chainStatus(pool: PoolSite): Promise<StatusDocument['chains'][number]> {
  const [chain] = (await pool.status()).chains;
  if (chain === undefined) throw new Error('adit status shows no chain');
  return chain;
}

/** The node goes in good order and comes back with another cookie: work again by itself, on the same connection. */
export async function restartWithNewCookie({ node, pool }: Stage): Promise<string> {
  const rig = await pool.rig('restart.1');
  await mineOne(rig, node);
  // A stop in good order loses what was not written down, too.
  await node.settle();
  await node.stop();
  await until('the outage is shown', async () => {
    const chain = await chainStatus(pool);
    return chain.outageMs > 0 && chain.nodes.every(({ state }) => state === 'down');
  });
  const cause = (await chainStatus(pool)).nodes[0]?.detail ?? '';
  assert.match(cause, /ECONNREFUSED/, `the cause that is shown: ${cause}`);
  await node.start();
  const startedAt = performance.now();
  await until('work again', async () => {
    const chain = await chainStatus(pool);
    return chain.outageMs === 0 && chain.nodes.some(({ state }) => state === 'ready');
  });
  const tookMs = performance.now() - startedAt;
  assert.ok(tookMs < WORK_AGAIN_MS, `work came ${tookMs} ms after the node answered`);
  await mineOne(rig, node);
  assert.equal(rig.client.ended, false);
  rig.client.close();
  return `work ${Math.round(tookMs)} ms after the node answered`;
}

/** The node is killed and has forgotten blocks: they are handed in again, and count. */
export async function killedNodeForgets({ node, pool }: Stage): Promise<string> {
  await node.settle();
  for (let kill = 1; kill <= MOST_KILLS; kill += 1) {
    const rig = await pool.rig('kill.1');
    const ids: string[] = [];
    while (ids.length < KILLED_BLOCKS) ids.push(await mineOne(rig, node));
    await node.kill();
    await node.start();
    const kept = await Promise.all(ids.map((id) => confirmationsOf(node, id)));
    const lost = kept.filter((confirmations) => confirmations === 0).length;
    const startedAt = performance.now();
    await until(
      'every block is back',
      async () => (await Promise.all(ids.map((id) => confirmationsOf(node, id)))).every((count) => count > 0),
      HANDED_IN_SECONDS,
    );
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    await untilJobOn(rig, ids.at(-1) ?? '');
    await mineOne(rig, node);
    rig.client.close();
    if (lost === 0) continue;
    return `kill ${kill}: ${lost} of ${KILLED_BLOCKS} blocks were lost, and back after ${seconds} s`;
  }
  return `${MOST_KILLS} kills, and the node lost nothing`;
}

/** The tip is taken back: work on its parent, blocks on that, and no trouble when it may come back. */
export async function reorganisation({ node, pool }: Stage): Promise<string> {
  const rig = await pool.rig('reorg.1');
  await mineOne(rig, node);
  const lost = await mineOne(rig, node);
  const reconsider = await node.dropTip();
  const tip = String(await callNode(node, 'getbestblockhash'));
  assert.notEqual(tip, lost);
  await untilJobOn(rig, tip);
  const other = await mineOne(rig, node);
  assert.equal(await confirmationsOf(node, lost), 0);
  await reconsider();
  await untilJobOn(rig, String(await callNode(node, 'getbestblockhash')));
  const last = await mineOne(rig, node);
  assert.ok((await confirmationsOf(node, last)) > 0);
  rig.client.close();
  return (await confirmationsOf(node, other)) > 0 ? 'the later block won' : 'the block that came back won';
}

/** `d=` in a password: the target, and a clean job for it, without waiting for the node. */
export async function targetAtOnce({ pool }: Stage): Promise<string> {
  const client = await LineClient.connect(pool.port);
  await client.request('mining.subscribe', ['adit-integration', null, '127.0.0.1', pool.port]);
  const askedAt = performance.now();
  await client.request('mining.authorize', ['wish.1', 'x,d=0.25']);
  // Four times as easy as difficulty 1; weights are whole numbers, and these are small.
  const wanted = zcashChain(pool.network).powLimit * 4n;
  const isIt = (hex: unknown): boolean => {
    const target = targetFromHex(hex, 32) ?? 0n;
    return target * 10n > wanted * 9n && target * 9n < wanted * 10n;
  };
  await until('its target and a clean job', () => {
    const at = client.notifications.findIndex(
      ({ method, params }) => method === 'mining.set_target' && isIt(params[0]),
    );
    const next = at < 0 ? undefined : client.notifications[at + 1];
    return next?.method === 'mining.notify' && next.params[7] === true;
  });
  const tookMs = performance.now() - askedAt;
  client.close();
  assert.ok(tookMs < QUICK_MS, `its target came after ${tookMs} ms`);
  return `after ${Math.round(tookMs)} ms`;
}
