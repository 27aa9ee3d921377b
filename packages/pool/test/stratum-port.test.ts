import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { portAuthorizer } from '@adit/stratum';
import { LineClient } from '../../../test/support/line-client.ts';
import { until } from '../../../test/support/until.ts';
import { ZcashRig } from '../../../test/support/zcash-rig.ts';
import type { PoolEvent } from '../src/events.ts';
import { Nonce1Allocator } from '../src/nonce1-allocator.ts';
import type { ZcashEngine } from '../src/zcash-engine.ts';
import { ZcashPort } from '../src/zcash-port.ts';
import { CHAIN, NETWORK, zcashEngine } from './support/engines.ts';

interface OpenPort {
  readonly port: ZcashPort;
  readonly number: number;
  readonly events: PoolEvent[];
}

/** @param nonces how many nonce1 values there are */
async function open(context: TestContext, engine: ZcashEngine, nonces = 1024): Promise<OpenPort> {
  const events: PoolEvent[] = [];
  const leases = [{ start: 0, size: nonces }];
  let ids = 0;
  const port = new ZcashPort(
    {
      name: 'test',
      host: '127.0.0.1',
      port: 0,
      dialect: 'zcash',
      authorize: portAuthorizer(),
      nonce1Bytes: 4,
      startWeight: 1n,
      minWeight: 1n,
      maxWeight: 1n << 60n,
      shareIntervalMs: 600_000,
      nonceLayout: 'leading',
      jobOnSubscribe: false,
      failedResult: null,
    },
    {
      engine,
      nonce1: new Nonce1Allocator({ chain: 'zcash', length: 4 }, { lease: () => leases.shift() }),
      onEvent: (event) => events.push(event),
      nextId: () => {
        ids += 1;
        return ids;
      },
    },
  );
  const number = await port.listen();
  context.after(() => port.close('test is over'));
  return { port, number, events };
}

test('who authorises no worker within a minute is let go, who does stays', async (context) => {
  const { engine } = await zcashEngine(context);
  const { port, number, events } = await open(context, engine);
  const silent = await LineClient.connect(number);
  const half = await LineClient.connect(number);
  const miner = await LineClient.connect(number);
  await half.request('mining.subscribe', []);
  await miner.request('mining.subscribe', []);
  await miner.request('mining.authorize', ['alice', 'x']);
  const ticks = (now: number) => {
    for (let i = 0; i < 4; i += 1) port.tick(now);
  };
  ticks(performance.now() + 50_000);
  assert.equal(port.connections, 3);
  ticks(performance.now() + 61_000);
  assert.equal(port.connections, 1);
  await until('both are gone', () => silent.ended && half.ended);
  assert.equal(miner.ended, false);
  const reasons = events.flatMap((event) => (event.kind === 'disconnected' ? [event.reason] : []));
  assert.deepEqual(reasons, Array(2).fill('no worker was authorised in time'));
  miner.close();
});

test('a share of a miner that has left is still counted as under way: it may be a block', async (context) => {
  const { engine, verifier, devnet } = await zcashEngine(context, { held: true });
  const { port, number } = await open(context, engine);
  const rig = await ZcashRig.connect(number, CHAIN.equihash);
  rig.submit(await rig.solve((value) => value <= NETWORK)).catch(() => {});
  await until('it is being judged', () => port.judging === 1);
  rig.client.close();
  await until('it has left', () => port.connections === 0);
  assert.equal(port.judging, 1);
  verifier.release();
  await until('it is judged', () => port.judging === 0);
  await until('the node has the block', () => devnet.acceptedBlocks === 1);
});

test('connections that say nothing use up no nonce1', async (context) => {
  const { engine } = await zcashEngine(context);
  const { port, number } = await open(context, engine, 2);
  for (let i = 0; i < 10; i += 1) {
    const check = await LineClient.connect(number);
    await until('it is there', () => port.connections === 1);
    check.close();
    await until('it has left', () => port.connections === 0);
  }
  const miner = await LineClient.connect(number);
  assert.notEqual((await miner.request('mining.subscribe', [])).result, null);
  miner.close();
});
