import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bitsFromTarget } from '@adit/primitives';
import { ZCASH_CHAINS, zcashChain } from '../../src/zcash/chains.ts';

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

test('an unknown chain is an error that names the known ones', () => {
  assert.throws(() => zcashChain('zcahs'), { code: 'ADIT_UNKNOWN_CHAIN', message: /zcash-testnet/ });
  assert.throws(() => zcashChain('toString'), { code: 'ADIT_UNKNOWN_CHAIN' });
});
