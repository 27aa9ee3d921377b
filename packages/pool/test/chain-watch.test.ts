import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChainWatch } from '../src/chains/chain-watch.ts';

test('the length of an outage does not follow the wall clock, although its beginning does', () => {
  const watch = new ChainWatch('zec', { kind: 'zcash', finds: ['block'] });
  // The wall clock is two hours ahead by now.
  watch.onEvent({ kind: 'outage', chain: 'zec', sinceMs: 1_700_000_000_000 }, 5_000);
  assert.equal(watch.status(8_000).outageMs, 3_000);
  watch.onEvent({ kind: 'outage', chain: 'zec', sinceMs: undefined }, 9_000);
  assert.equal(watch.status(9_500).outageMs, 0);
});

test('shares, refusals and finds of the chain are counted, and the rate follows from the weights', () => {
  const watch = new ChainWatch('zec', { kind: 'zcash', finds: ['block'] });
  assert.deepEqual(watch.status(0).found, { block: 0 });
  const at = { port: 'asic', connection: 1, worker: 'a' };
  watch.onEvent({ kind: 'work', chain: 'zec', workId: 'w', height: 1, clean: true, transactions: 0 }, 0);
  for (let now = 10_000; now <= 600_000; now += 10_000)
    watch.onEvent({ kind: 'share_accepted', chain: 'zec', ...at, weight: 1_000n, ms: 1 }, now);
  for (const chain of ['zec', 'other'])
    for (const submission of [true, false])
      watch.onEvent(
        { kind: 'refused', chain, ...at, reason: 'stale_job', detail: '', submission, ms: 0 },
        600_000,
      );
  watch.onEvent(
    { kind: 'block_found', chain: 'zec', what: 'block', height: 1, id: 'b', worker: 'a' },
    600_000,
  );
  const { rate, accepted, refused, found } = watch.status(600_000);
  assert.deepEqual([accepted, refused, found], [60, 1, { block: 1 }]);
  assert.ok(Math.abs(rate - 100) < 5, String(rate));
});
