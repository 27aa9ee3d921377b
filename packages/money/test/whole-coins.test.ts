import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wholeCoins } from '@adit/money';

test('coins are written with all of their decimals', () => {
  assert.equal(wholeCoins(1n, 8), '0.00000001');
  assert.equal(wholeCoins(1_234_567_890n, 8), '12.34567890');
  assert.equal(wholeCoins(-500_000n, 8), '-0.00500000');
  assert.equal(wholeCoins(7n, 0), '7');
  assert.equal(wholeCoins(0n, 8), '0.00000000');
});
