import assert from 'node:assert/strict';
import { test } from 'node:test';
import { equihashSizes } from '@adit/pow';
import { ZCASH_CHAINS, zcashChain } from '../../src/zcash/chains.ts';
import { whyUnmineable } from '../../src/zcash/mineable.ts';

test('the proofs of every chain can be checked, and a chain that a pool cannot mine says why', () => {
  for (const chain of Object.values(ZCASH_CHAINS)) {
    equihashSizes(chain.equihash);
    assert.equal(whyUnmineable(chain), chain.unmineable, chain.name);
  }
  assert.match(whyUnmineable(zcashChain('bitcoin-gold')) ?? '', /coinbasetxn/);
});

test('a chain whose parameters the verifier does not know cannot be mined', () => {
  const equihash = { n: 125, k: 4, personalization: 'ZelProof' };
  assert.match(
    whyUnmineable({ equihash }) ?? '',
    /Equihash\(125,4\) is not supported: n must be a multiple of 8/,
  );
});
