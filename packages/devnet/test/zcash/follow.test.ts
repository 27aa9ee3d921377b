import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { zcashChain } from '@adit/chain';
import { AditError } from '@adit/primitives';
import { JsonRpcClient } from '@adit/rpc';
import { startZcashDevnet, type ZcashDevnet, type ZcashDevnetOptions } from '../../src/index.ts';

const chain = zcashChain('zcash-devnet-48_5');

async function start(context: TestContext, options: Partial<ZcashDevnetOptions> = {}): Promise<ZcashDevnet> {
  const devnet = await startZcashDevnet({ chain, mempoolSeconds: 0, ...options });
  context.after(() => devnet.close());
  return devnet;
}

async function ask(
  context: TestContext,
  { url }: ZcashDevnet,
  method: string,
  ...params: unknown[]
): Promise<unknown> {
  const client = new JsonRpcClient({ url });
  context.after(() => client.close());
  return client.call(method, params);
}

test('blocks of either devnet appear on both, with the transactions in them', async (context) => {
  const first = await start(context, { startHeight: 7 });
  first.mineBlock();
  const second = await start(context, { follow: first.url });
  const tips = async () => [
    await ask(context, first, 'getbestblockhash'),
    await ask(context, second, 'getbestblockhash'),
  ];
  assert.equal(second.height, 8);
  const there = second.mineBlock();
  assert.equal(await second.exchange(), true);
  assert.deepEqual(await tips(), [there, there]);
  const here = first.mineBlock();
  assert.equal(await second.exchange(), true);
  assert.deepEqual(await tips(), [here, here]);
  const waiting = async (devnet: ZcashDevnet) =>
    (
      (await ask(context, devnet, 'getblocktemplate')) as { transactions: { hash: string }[] }
    ).transactions.map(({ hash }) => hash);
  const [ours, theirs] = [await waiting(first), await waiting(second)];
  assert.ok(ours.length > 0);
  assert.deepEqual(theirs, ours);
});

test('a reorganisation of the followed devnet is followed, and a side block is not lost', async (context) => {
  const first = await start(context);
  for (let block = 0; block < 3; block += 1) first.mineBlock();
  const second = await start(context, { follow: first.url });
  const tip = first.reorg(2);
  assert.equal(await second.exchange(), true);
  assert.equal(await ask(context, second, 'getbestblockhash'), tip);
});

test('when the followed devnet is gone the other one goes on, and gives it the blocks when it comes back', async (context) => {
  const first = await startZcashDevnet({ chain, mempoolSeconds: 0 });
  const events: string[] = [];
  const second = await start(context, {
    follow: first.url,
    onEvent: (event) => void (event.kind === 'peer' && events.push(event.state)),
  });
  const port = Number(new URL(first.url).port);
  const state = first.exportState();
  await first.close();
  assert.equal(await second.exchange(), false);
  const tip = second.mineBlock();
  const again = await start(context, { port, state });
  assert.equal(await second.exchange(), true);
  assert.equal(await ask(context, again, 'getbestblockhash'), tip);
  assert.deepEqual(events, ['follows', 'lost', 'follows']);
});

test('a devnet that began another chain at the same address is not followed', async (context) => {
  const first = await startZcashDevnet({ chain, mempoolSeconds: 0 });
  const details: string[] = [];
  const second = await start(context, {
    follow: first.url,
    onEvent: (event) => void (event.kind === 'peer' && details.push(event.detail)),
  });
  const tip = second.mineBlock();
  const port = Number(new URL(first.url).port);
  await first.close();
  await start(context, { port });
  assert.equal(await second.exchange(), false);
  assert.match(String(details.at(-1)), /it has begun another chain/);
  assert.equal(await ask(context, second, 'getbestblockhash'), tip);
});

test('a devnet follows none of another network, none that is not on loopback, and none beside a state of its own', async (context) => {
  const first = await start(context);
  const refused = async (options: Partial<ZcashDevnetOptions>, code: string) =>
    assert.rejects(
      start(context, options),
      (error: unknown) => error instanceof AditError && error.code === code,
    );
  await refused({ chain: zcashChain('zcash-devnet'), follow: first.url }, 'ADIT_BAD_OPTION');
  await refused({ follow: 'http://192.0.2.1:8232' }, 'ADIT_NOT_LOOPBACK');
  await refused({ follow: first.url, state: first.exportState() }, 'ADIT_BAD_OPTION');
  await refused({ follow: 'nonsense' }, 'ADIT_BAD_URL');
});
