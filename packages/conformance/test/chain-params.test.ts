import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseChainParams } from '../src/index.ts';

test('chain parameters are n and k, with a personalization where it differs', () => {
  assert.deepEqual(parseChainParams('48,5'), { n: 48, k: 5, personalization: 'ZcashPoW' });
  assert.deepEqual(parseChainParams('144,5,BgoldPoW'), { n: 144, k: 5, personalization: 'BgoldPoW' });
  for (const text of ['', '200', '200,9,short', '200,9,', '200, 9', '-200,9', '200,9,TooLong99']) {
    assert.throws(() => parseChainParams(text), { code: 'ADIT_BAD_OPTION' }, text);
  }
  assert.throws(() => parseChainParams('125,4'), { code: 'ADIT_BAD_EQUIHASH_PARAMETERS' });
});
