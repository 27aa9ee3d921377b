import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { equihashSizes, zcashBlockHash } from '@adit/pow';
import { BlockHasher } from '@adit/pow/threads';
import { concatBytes, encodeHex, reverseBytes } from '@adit/primitives';
import fc from 'fast-check';
import { DOCUMENT_SHARE, MAINNET_GENESIS } from '../fixtures/known-facts.ts';
import { coded, hex } from '../support/vectors.ts';

const sizes = equihashSizes({ n: 200, k: 9 });

describe('the block hash by Node’s own SHA-256', () => {
  const hasher = new BlockHasher(sizes);

  it('is that of known blocks', () => {
    for (const { header, solution, blockHash } of [MAINNET_GENESIS, DOCUMENT_SHARE]) {
      const hash = hasher.hash(hex(header), hex(solution).subarray(3));
      assert.equal(encodeHex(reverseBytes(hash)), blockHash);
    }
  });

  it('is that of the kernel for any bytes and all parameters', () => {
    for (const params of [
      { n: 200, k: 9 },
      { n: 144, k: 5 },
      { n: 48, k: 5 },
    ]) {
      const { prefix, solutionBytes, ...rest } = equihashSizes(params);
      const other = new BlockHasher({ prefix, solutionBytes, ...rest });
      const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
      fc.assert(
        fc.property(bytes(140), bytes(solutionBytes), (header, solution) => {
          const expected = zcashBlockHash(header, concatBytes(prefix, solution));
          assert.equal(encodeHex(other.hash(header, solution)), encodeHex(expected));
        }),
      );
    }
  });

  it('is not overwritten by the next one', () => {
    const first = hasher.hash(new Uint8Array(140), new Uint8Array(1344));
    const copy = first.slice();
    hasher.hash(new Uint8Array(140).fill(1), new Uint8Array(1344));
    assert.deepEqual(new Uint8Array(first), new Uint8Array(copy));
  });

  it('is not made of other lengths, with or without the prefix', () => {
    assert.throws(() => hasher.hash(new Uint8Array(139), new Uint8Array(1344)), coded('ADIT_BAD_HEADER'));
    assert.throws(() => hasher.hash(new Uint8Array(140), new Uint8Array(1347)), coded('ADIT_BAD_SOLUTION'));
    assert.throws(() => hasher.hash(new Uint8Array(140), new Uint8Array(0)), coded('ADIT_BAD_SOLUTION'));
  });
});
