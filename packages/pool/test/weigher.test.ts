import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Weigher } from '../src/shares/weigher.ts';

test('a weigher computes the weight of a target once while shares of that target come, and never mixes two up', () => {
  const computed: bigint[] = [];
  const weigher = new Weigher((target) => {
    computed.push(target);
    return target * 10n;
  });
  const weights = [1n, 1n, 0n, 0n, 1n].map((target) => weigher.weightOf(target));
  assert.deepEqual(weights, [10n, 10n, 0n, 0n, 10n]);
  assert.deepEqual(computed, [1n, 0n, 1n]);
});
