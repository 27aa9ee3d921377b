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
