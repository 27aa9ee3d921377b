import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DevnetRpcServer,
  RpcFault,
  startTrueChainDevnet,
  startZcashDevnet,
  ZEBRA_HABITS,
} from '@adit/devnet';
import { foreignTrueChainNode } from '../../src/truechain/foreign-node.ts';
import { TrueChainNode } from '../../src/truechain/node.ts';
import { ZCASH_CHAINS, zcashChain } from '../../src/zcash/chains.ts';
import { foreignNetwork, foreignZcashNode } from '../../src/zcash/foreign-node.ts';
import { ZcashNode } from '../../src/zcash/node.ts';

const MAIN = zcashChain('zcash').genesis;
const TEST = zcashChain('zcash-testnet').genesis;
const OTHER = '0'.repeat(64);
/** A limit that a prompt answer never reaches. */
const SIGNAL = AbortSignal.timeout(120_000);

test('a node of another network is recognised by its first block, or else by its name for the network', () => {
  const cases: [string, string, string | undefined, RegExp | undefined][] = [
    ['zcash', 'main', MAIN, undefined],
    ['zcash', 'test', TEST, /found a node of zcash-testnet, by its first block; expected one of zcash$/],
    [
      'zcash-testnet',
      'main',
      MAIN,
      /found a node of zcash or ycash, by its first block; expected one of zcash-testnet$/,
    ],
    ['zcash-testnet', 'test', TEST, undefined],
    // Zebra's Regtest calls itself "test".
    ['zcash-testnet', 'test', OTHER, /found a node \(test\) whose first block is 0000/],
    ['zcash', 'main', undefined, undefined],
    ['zcash', 'test', undefined, /says it is on "test", expected one of zcash, which says "main"/],
    ['zcash-testnet', 'regtest', undefined, /says it is on "regtest"/],
    ['zcash-regtest', 'test', OTHER, undefined],
    ['zcash-regtest', 'main', OTHER, /which says "regtest" or "test"/],
    ['komodo', 'main', MAIN, /found a node of zcash or ycash/],
    ['komodo', 'main', OTHER, undefined],
    ['komodo', 'a word of its own', OTHER, undefined],
    ['ycash', 'main', MAIN, undefined],
    ['zcash-devnet', 'zcash-devnet', OTHER, undefined],
    ['zcash-devnet', 'test', OTHER, undefined],
    ['zcash-devnet', 'zcash-devnet-48_5', OTHER, /says it is on "zcash-devnet-48_5"/],
    ['zcash-devnet', 'main', OTHER, /says it is on "main"/],
  ];
  for (const [network, word, genesis, expected] of cases) {
    const found = foreignNetwork({ word, genesis }, zcashChain(network));
    const what = `${network}: ${word} ${genesis}`;
    if (expected === undefined) assert.equal(found, undefined, what);
    else assert.match(found ?? '', expected, what);
  }
});

test('every network has words of its own, and first blocks have the form of a hash', () => {
  for (const { name, nodeWords, genesis } of Object.values(ZCASH_CHAINS)) {
    assert.ok(nodeWords.length > 0, name);
    if (genesis !== undefined) assert.match(genesis, /^[0-9a-f]{64}$/);
  }
});

test('devnets are nodes of their network, also with the words of Zebra, and of no other', async (context) => {
  const chain = zcashChain('zcash-devnet-48_5');
  for (const habits of [undefined, ZEBRA_HABITS]) {
    const devnet = await startZcashDevnet({
      chain,
      mempoolSeconds: 0,
      ...(habits === undefined ? {} : { habits }),
    });
    const node = new ZcashNode({ url: devnet.url });
    context.after(async () => {
      node.close();
      await devnet.close();
    });
    assert.equal(await foreignZcashNode(node, chain, SIGNAL), undefined);
    assert.match((await foreignZcashNode(node, zcashChain('zcash'), SIGNAL)) ?? '', /expected .* of zcash/);
  }
});

test('a node of another family is told by the method that it lacks', async (context) => {
  const truechain = await startTrueChainDevnet({ startNumber: 100 });
  const zcash = await startZcashDevnet({ chain: zcashChain('zcash-devnet-48_5'), mempoolSeconds: 0 });
  context.after(() => Promise.all([truechain.close(), zcash.close()]));
  const asZcash = new ZcashNode({ url: truechain.url });
  const asTrueChain = new TrueChainNode({ url: zcash.url });
  const right = new TrueChainNode({ url: truechain.url });
  context.after(() => [asZcash, asTrueChain, right].forEach((node) => void node.close()));
  assert.match(
    (await foreignZcashNode(asZcash, zcashChain('komodo'), SIGNAL)) ?? '',
    /does not know getblockchaininfo, expected one of komodo/,
  );
  assert.match((await foreignTrueChainNode(asTrueChain, SIGNAL)) ?? '', /does not know etrue_getWork/);
  assert.equal(await foreignTrueChainNode(right, SIGNAL), undefined);
});

test('asking for the network rejects if the node refuses for another reason, or is down', async (context) => {
  const server = new DevnetRpcServer({}, () => {
    throw new RpcFault(-28, 'Loading block index...');
  });
  await server.start();
  const node = new ZcashNode({ url: server.url, retries: 0 });
  context.after(() => node.close());
  await assert.rejects(foreignZcashNode(node, zcashChain('zcash'), SIGNAL), { code: 'ADIT_RPC_ERROR' });
  await server.close();
  await assert.rejects(foreignZcashNode(node, zcashChain('zcash'), SIGNAL), {
    code: 'ADIT_RPC_UNREACHABLE',
  });
});
