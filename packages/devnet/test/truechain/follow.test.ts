import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { TrueChainNode } from '@adit/chain';
import { AditError } from '@adit/primitives';
import { JsonRpcClient } from '@adit/rpc';
import { startTrueChainDevnet, type TrueChainDevnet, type TrueChainDevnetOptions } from '../../src/index.ts';
import { epoch0Hasher, solve, submit, workOf } from './harness.ts';

const EASY: TrueChainDevnetOptions = {
  startNumber: 0,
  minimumFruits: 2,
  fastBacklog: 10,
  difficulty: 4n,
  fruitDifficulty: 4n,
};

const hasher = epoch0Hasher();

async function start(context: TestContext, options: TrueChainDevnetOptions): Promise<TrueChainDevnet> {
  const devnet = await startTrueChainDevnet(options);
  context.after(() => devnet.close());
  return devnet;
}

function clientOf(context: TestContext, { url }: TrueChainDevnet): JsonRpcClient {
  const client = new JsonRpcClient({ url });
  context.after(() => client.close());
  return client;
}

async function tipOf(context: TestContext, devnet: TrueChainDevnet): Promise<unknown> {
  return clientOf(context, devnet).call('etrue_getSnailHashByNumber', ['latest']);
}

/** Mines on a devnet until its snail chain is one block longer. */
async function mine(context: TestContext, devnet: TrueChainDevnet): Promise<void> {
  const node = new TrueChainNode({ url: devnet.url, retries: 0 });
  context.after(() => node.close());
  const before = devnet.snailNumber;
  while (devnet.snailNumber === before) {
    const { blockTarget, fruitTarget, headerHash } = await workOf(node);
    const isBlock = blockTarget > 0n;
    const difficulties = { block: 4n, fruit: fruitTarget === 0n ? 4n : (1n << 128n) / fruitTarget };
    await submit(node, solve(hasher, headerHash, { block: isBlock, fruit: !isBlock }, difficulties));
  }
}

test('blocks and fruits of either TrueChain devnet appear on both', async (context) => {
  const first = await start(context, EASY);
  first.mineBlock();
  const second = await start(context, { follow: first.url });
  assert.equal(second.snailNumber, first.snailNumber);
  await mine(context, second);
  assert.equal(await second.exchange(), true);
  assert.equal(second.snailNumber, 2);
  assert.deepEqual(await tipOf(context, first), await tipOf(context, second));
  await mine(context, first);
  assert.equal(await second.exchange(), true);
  assert.equal(second.snailNumber, 3);
  assert.deepEqual(await tipOf(context, first), await tipOf(context, second));
});

test('two branches of TrueChain devnets become one, and both choose the same', async (context) => {
  const first = await start(context, EASY);
  const second = await start(context, { follow: first.url });
  first.mineBlock();
  second.mineBlock();
  second.mineBlock();
  const longer = await tipOf(context, second);
  assert.equal(await second.exchange(), true);
  assert.deepEqual(await tipOf(context, first), longer);
  first.reorg(1);
  assert.equal(await second.exchange(), true);
  assert.deepEqual(await tipOf(context, second), await tipOf(context, first));
  assert.equal(second.snailNumber, 3);
});

test('when the followed TrueChain devnet is gone the other one goes on, and gives it the blocks when it comes back', async (context) => {
  const first = await startTrueChainDevnet(EASY);
  const events: string[] = [];
  const second = await start(context, {
    follow: first.url,
    onEvent: (event) => void (event.kind === 'peer' && events.push(event.state)),
  });
  const port = Number(new URL(first.url).port);
  const state = first.exportState();
  await first.close();
  assert.equal(await second.exchange(), false);
  await mine(context, second);
  const again = await start(context, { ...EASY, port, state });
  assert.equal(await second.exchange(), true);
  assert.equal(again.snailNumber, 1);
  assert.deepEqual(await tipOf(context, again), await tipOf(context, second));
  assert.deepEqual(events, ['follows', 'lost', 'follows']);
});

test('a TrueChain devnet follows no other chain, none that is not on loopback, and none beside a state of its own', async (context) => {
  const first = await startTrueChainDevnet(EASY);
  const details: string[] = [];
  const second = await start(context, {
    follow: first.url,
    onEvent: (event) => void (event.kind === 'peer' && details.push(event.detail)),
  });
  const port = Number(new URL(first.url).port);
  const state = first.exportState();
  await first.close();
  const other = await start(context, { ...EASY, salt: 'another chain', port });
  assert.equal(await second.exchange(), false);
  assert.match(String(details.at(-1)), /it has begun another chain/);
  const refused = async (options: TrueChainDevnetOptions, code: string) =>
    assert.rejects(
      start(context, options),
      (error: unknown) => error instanceof AditError && error.code === code,
    );
  await refused({ follow: other.url, state }, 'ADIT_BAD_OPTION');
  await refused({ follow: 'http://192.0.2.1:8545' }, 'ADIT_NOT_LOOPBACK');
});

test('a block of another devnet with a wrong field is refused', async (context) => {
  const devnet = await start(context, EASY);
  const client = clientOf(context, devnet);
  for (const gift of [undefined, {}, { blocks: [{}], fruits: [] }, { blocks: [], fruits: [{ header: {} }] }])
    await assert.rejects(client.call('devnet_take', gift === undefined ? [] : [gift]));
  assert.equal(devnet.snailNumber, 0);
});
