import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  EPOCH_BLOCKS,
  epochOf,
  firstSeedBlock,
  lastSeedBlock,
  nextEpochToPrepare,
  TIP9_NUMBERS,
} from '../../src/index.ts';

test('block 12000 is the last of epoch 0', () => {
  assert.deepEqual(
    [1, 2, 12_000, 12_001, 24_000, 24_001].map((number) => epochOf(number)),
    [0, 0, 0, 1, 1, 2],
  );
});

test('TIP9 freezes the epoch: 3 on mainnet and testnet, 0 on devnets', () => {
  assert.equal(epochOf(36_001, TIP9_NUMBERS.mainnet), 3);
  assert.equal(epochOf(47_000, TIP9_NUMBERS.mainnet), 3);
  assert.equal(epochOf(48_001, TIP9_NUMBERS.mainnet), 3);
  assert.equal(epochOf(198_778, TIP9_NUMBERS.mainnet), 3);
  assert.equal(epochOf(198_778, TIP9_NUMBERS.testnet), 3);
  assert.equal(epochOf(198_778, TIP9_NUMBERS.singlenode), 0);
});

test('seeds are 10240 blocks from the start of the epoch before', () => {
  assert.deepEqual([firstSeedBlock(1), lastSeedBlock(1)], [1, 10_240]);
  assert.deepEqual([firstSeedBlock(3), lastSeedBlock(3)], [24_001, 34_240]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), (epoch) => {
      assert.equal(epochOf(firstSeedBlock(epoch)), epoch - 1);
      assert.equal(epochOf(lastSeedBlock(epoch) + 1760), epoch - 1);
      assert.equal(epochOf(lastSeedBlock(epoch) + 1761), epoch);
    }),
  );
});

test('the next dataset is prepared once its seeds are deep enough, and never beyond TIP9', () => {
  assert.equal(nextEpochToPrepare(1, 12), undefined);
  assert.equal(nextEpochToPrepare(10_252, 12), undefined);
  assert.equal(nextEpochToPrepare(10_253, 12), 1);
  assert.equal(nextEpochToPrepare(12_000, 12), 1);
  assert.equal(nextEpochToPrepare(12_001, 12), undefined);
  assert.equal(nextEpochToPrepare(22_253, 12), 2);
  assert.equal(nextEpochToPrepare(47_000, 12, TIP9_NUMBERS.mainnet), undefined);
  assert.equal(nextEpochToPrepare(35_000, 12, TIP9_NUMBERS.mainnet), 3);
  assert.equal(nextEpochToPrepare(11_000, 12, TIP9_NUMBERS.devnet), undefined);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200_000 }),
      fc.integer({ min: 1, max: 200_000 }),
      (number, tip9) => {
        const next = nextEpochToPrepare(number, 12, tip9);
        if (next === undefined) return;
        assert.equal(next, epochOf(number, tip9) + 1);
        assert.equal(epochOf(next * EPOCH_BLOCKS + 1, tip9), next);
      },
    ),
  );
});
