import assert from 'node:assert/strict';
import { test } from 'node:test';
import { portAuthorizer } from '@adit/stratum';
import { LineClient } from '../../../test/support/line-client.ts';
import { until } from '../../../test/support/until.ts';
import type { PoolEvent } from '../src/events.ts';
import { Nonce1Allocator } from '../src/nonce1-allocator.ts';
import { ZcashPort } from '../src/zcash-port.ts';
import { zcashEngine } from './support/engines.ts';

test('who authorises no worker within a minute is let go, who does stays', async (context) => {
  const { engine } = await zcashEngine(context);
  const events: PoolEvent[] = [];
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
      nonce1: new Nonce1Allocator({ chain: 'zcash', length: 4 }, { lease: () => ({ start: 0, size: 1024 }) }),
      onEvent: (event) => events.push(event),
      nextId: () => {
        ids += 1;
        return ids;
      },
    },
  );
  const number = await port.listen();
  context.after(() => port.close('test is over'));
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
