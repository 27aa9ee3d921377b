import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bitsFromTarget } from '@adit/primitives';
import { blockSecondsAt, ZCASH_CHAINS, zcashChain } from '../../src/zcash/chains.ts';

test('the limits are those of the chains, and parameters have the shape that Equihash needs', () => {
  assert.equal(bitsFromTarget(zcashChain('zcash').powLimit), 0x1f07ffff);
  assert.equal(bitsFromTarget(zcashChain('zcash-testnet').powLimit), 0x2007ffff);
  assert.equal(bitsFromTarget(zcashChain('komodo').powLimit), 0x200f0f0f);
  for (const [name, { equihash, powLimit, name: own }] of Object.entries(ZCASH_CHAINS)) {
    assert.equal(own, name);
    assert.equal(equihash.personalization.length, 8);
    assert.equal(equihash.n % (equihash.k + 1), 0);
    assert.ok(powLimit > 0n);
  }
});

test('blocks of Zcash come three times as fast from NU7 on, and those of other chains as before', () => {
  for (const [name, height, seconds] of [
    ['zcash', 1, 75],
    ['zcash', 3_543_404, 75],
    ['zcash', 3_543_405, 25],
    ['zcash', 9_000_000, 25],
    ['zcash-testnet', 4_465_025, 75],
    ['zcash-testnet', 4_465_026, 25],
    ['komodo', 3_543_405, 60],
    ['zcash-devnet', 3_543_405, 20],
  ] as const) {
    assert.equal(blockSecondsAt(zcashChain(name), height), seconds, `${name} ${height}`);
  }
});

test('an unknown chain is an error that names the known ones', () => {
  assert.throws(() => zcashChain('zcahs'), { code: 'ADIT_UNKNOWN_CHAIN', message: /zcash-testnet/ });
  assert.throws(() => zcashChain('toString'), { code: 'ADIT_UNKNOWN_CHAIN' });
});
