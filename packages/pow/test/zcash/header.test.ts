import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  decodeZcashHeader,
  EquihashVerifier,
  encodeZcashHeader,
  equihashSizes,
  stripSolutionPrefix,
  zcashBlockHash,
} from '@adit/pow';
import { encodeHex, hashValue, reverseBytes, targetFromBits, targetToHex } from '@adit/primitives';
import fc from 'fast-check';
import { DOCUMENT_SHARE, MAINNET_GENESIS } from '../fixtures/known-facts.ts';
import { describeBuilds } from '../support/builds.ts';
import { coded, hex, needsVectors, readVectors } from '../support/vectors.ts';

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const headers = fc.record(
  {
    version: uint32,
    prevHash: bytes32,
    merkleRoot: bytes32,
    reserved: bytes32,
    time: uint32,
    bits: uint32,
    nonce: bytes32,
  },
  { noNullPrototype: true },
);

describe('a Zcash header', () => {
  it('survives the way to bytes and back', () => {
    fc.assert(
      fc.property(headers, (header) =>
        assert.deepEqual(decodeZcashHeader(encodeZcashHeader(header)), header),
      ),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 140, maxLength: 140 }), (bytes) => {
        assert.deepEqual(encodeZcashHeader(decodeZcashHeader(bytes)), bytes);
      }),
    );
  });

  it('of the first block has its well-known fields', () => {
    const header = decodeZcashHeader(hex(MAINNET_GENESIS.header));
    assert.equal(header.version, 4);
    assert.equal(header.time, 1477641360);
    assert.equal(header.bits, 0x1f07ffff);
    assert.deepEqual(header.prevHash, new Uint8Array(32));
    assert.equal(
      encodeHex(reverseBytes(header.merkleRoot)),
      'c4eaa58879081de3c24a7b117ed2b28300e7ec4c4c1dff1d3f1268b7857a4ddb',
    );
  });

  it('with its solution has the known block hash', () => {
    for (const { header, solution, blockHash } of [MAINNET_GENESIS, DOCUMENT_SHARE]) {
      assert.equal(encodeHex(reverseBytes(zcashBlockHash(hex(header), hex(solution)))), blockHash);
    }
  });

  it('does not share the bytes from which it was decoded', () => {
    const bytes = hex(MAINNET_GENESIS.header);
    const { merkleRoot } = decodeZcashHeader(bytes);
    const before = merkleRoot.slice();
    bytes.fill(0);
    assert.deepEqual(merkleRoot, before);
  });

  it('of another length or with fields that do not fit is refused', () => {
    const bad = coded('ADIT_BAD_HEADER');
    const good = decodeZcashHeader(hex(MAINNET_GENESIS.header));
    assert.throws(() => decodeZcashHeader(new Uint8Array(139)), bad);
    assert.throws(() => zcashBlockHash(new Uint8Array(141), new Uint8Array(1347)), bad);
    for (const wrong of [
      { nonce: new Uint8Array(31) },
      { prevHash: new Uint8Array(33) },
      { time: -1 },
      { time: 2 ** 32 },
      { bits: 0.5 },
      { version: Number.NaN },
    ]) {
      assert.throws(() => encodeZcashHeader({ ...good, ...wrong }), bad);
    }
  });
});

interface HeaderVector {
  readonly name: string;
  readonly header140: string;
  readonly solution: string;
  readonly block_hash: string;
  readonly prev_hash_display: string;
  readonly merkle_root_display: string;
  readonly reserved_display: string;
  readonly time: number;
  readonly nbits: string;
  readonly target: string;
  readonly hash_meets_nbits: boolean;
  readonly stratum: { readonly nonce1: string; readonly nonce2: string };
}

describeBuilds('the real headers of Zcash', needsVectors, (build) => {
  const params = { n: 200, k: 9, personalization: 'ZcashPoW' };
  const sizes = equihashSizes(params);

  it('decode and hash, and their solutions are valid until a bit is flipped', () => {
    const verifier = new EquihashVerifier(params, { build });
    const { vectors } = readVectors<{ vectors: HeaderVector[] }>('zcash/headers.json');
    assert.equal(vectors.length, 90);
    for (const vector of vectors) {
      const bytes = hex(vector.header140);
      const prefixed = hex(vector.solution);
      const header = decodeZcashHeader(bytes);
      assert.equal(encodeHex(reverseBytes(header.prevHash)), vector.prev_hash_display);
      assert.equal(encodeHex(reverseBytes(header.merkleRoot)), vector.merkle_root_display);
      assert.equal(encodeHex(reverseBytes(header.reserved)), vector.reserved_display);
      assert.equal(header.time, vector.time);
      assert.equal(header.bits, Number.parseInt(vector.nbits, 16));
      assert.equal(encodeHex(header.nonce), vector.stratum.nonce1 + vector.stratum.nonce2);
      const hash = zcashBlockHash(bytes, prefixed);
      assert.equal(encodeHex(reverseBytes(hash)), vector.block_hash);
      const target = targetFromBits(header.bits);
      assert.ok(target !== undefined);
      assert.equal(targetToHex(target, 32), vector.target);
      assert.equal(hashValue(hash) <= target, vector.hash_meets_nbits);
      const solution = stripSolutionPrefix(prefixed, sizes);
      assert.ok(solution !== undefined);
      assert.equal(verifier.verify(bytes, solution), 'valid', vector.name);
      const at = vector.time % 1344;
      const flipped = solution.slice();
      flipped[at] = (flipped[at] ?? 0) ^ 4;
      assert.notEqual(verifier.verify(bytes, flipped), 'valid', vector.name);
      bytes[130] = (bytes[130] ?? 0) ^ 1;
      assert.equal(verifier.verify(bytes, solution), 'collision', vector.name);
    }
  });

  it("the document's example is valid for the resolved header alone", () => {
    const { resolved } = readVectors<{
      resolved: { header140: string; solution: string; block_hash: string };
    }>('zcash/seed-example.json');
    assert.equal(resolved.header140, DOCUMENT_SHARE.header);
    assert.equal(resolved.solution, DOCUMENT_SHARE.solution);
    assert.equal(resolved.block_hash, DOCUMENT_SHARE.blockHash);
  });
});
