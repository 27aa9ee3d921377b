import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  blake2b,
  blockHalf,
  EquihashSolver,
  EquihashVerifier,
  encodeZcashHeader,
  equihashSizes,
  sha256d,
  stripSolutionPrefix,
  TrueHashDataset,
  TrueHasher,
  unpackIndices,
  zcashBlockHash,
} from '../src/index.ts';
import { BlockHasher, VerifierPool } from '../src/threads/index.ts';
import { coded } from './support/vectors.ts';

/** What untyped code may hand over. */
const untyped = <T>(value: unknown): T => value as T;
const HEX: Uint8Array = untyped('00'.repeat(140));
const PARAMS = { n: 48, k: 5, personalization: 'ZcashPoW' };

test('hex text for bytes is an error, not the verdict "wrong_length" or an empty list of solutions', () => {
  const verifier = new EquihashVerifier(PARAMS);
  const bad = coded('ADIT_BAD_BYTES');
  assert.throws(() => verifier.verify(HEX, new Uint8Array(36)), bad);
  assert.throws(() => verifier.verify(new Uint8Array(140), HEX), bad);
  assert.throws(() => new EquihashSolver(PARAMS).solve(HEX), bad);
  assert.throws(() => new TrueHasher(TrueHashDataset.epoch0()).hash(untyped('00'.repeat(16)), 1n), bad);
  assert.throws(() => zcashBlockHash(HEX, new Uint8Array(37)), bad);
  assert.throws(
    () => new BlockHasher(verifier.sizes).hash(new Uint8Array(140), untyped('00'.repeat(18))),
    bad,
  );
  assert.throws(() => sha256d(HEX), bad);
  assert.throws(() => stripSolutionPrefix(untyped('0'.repeat(37)), verifier.sizes), bad);
  assert.throws(() => unpackIndices(untyped('0'.repeat(36)), verifier.sizes), bad);
  assert.throws(() => blockHalf(untyped('0'.repeat(32))), bad);
  assert.throws(() => TrueHashDataset.fromSeeds(untyped('0'.repeat(163_840))), bad);
  const personalization: Uint8Array = untyped('ZcashPoW12345678');
  assert.throws(() => blake2b(new Uint8Array(1), { digestBytes: 32, personalization }), bad);
  assert.throws(
    () =>
      encodeZcashHeader({
        version: 4,
        prevHash: untyped('0'.repeat(32)),
        merkleRoot: new Uint8Array(32),
        reserved: new Uint8Array(32),
        time: 1,
        bits: 1,
        nonce: new Uint8Array(32),
      }),
    bad,
  );
});

test('numbers as text, and a nonce that is no bigint, are named in the error', () => {
  assert.throws(() => equihashSizes(untyped({ n: '200', k: '9' })), {
    code: 'ADIT_BAD_EQUIHASH_PARAMETERS',
    message: /n and k must be numbers, not text/,
  });
  assert.throws(() => new TrueHasher(TrueHashDataset.epoch0()).hash(new Uint8Array(32), untyped(1060)), {
    code: 'ADIT_BAD_TRUEHASH_INPUT',
    message: /must be a bigint, not a number/,
  });
});

test('a block hash without the prefix of the solution, or with another one, is refused, since it would be another hash', () => {
  const header = new Uint8Array(140);
  const bad = coded('ADIT_BAD_SOLUTION');
  assert.throws(() => zcashBlockHash(header, new Uint8Array(36)), bad);
  assert.throws(() => zcashBlockHash(header, new Uint8Array(1344)), bad);
  assert.throws(() => zcashBlockHash(header, new Uint8Array(0)), bad);
  // 36 in three bytes instead of one.
  assert.throws(() => zcashBlockHash(header, Uint8Array.of(0xfd, 36, 0, ...new Uint8Array(36))), bad);
  assert.equal(zcashBlockHash(header, Uint8Array.of(36, ...new Uint8Array(36))).length, 32);
  assert.equal(zcashBlockHash(header, Uint8Array.of(0xfd, 0x40, 5, ...new Uint8Array(1344))).length, 32);
});

test('a pool of threads rejects hex text, and does not judge zeros in its place', async () => {
  const pool = new VerifierPool({ threads: 1, maxQueued: 8 });
  try {
    const bad = coded('ADIT_BAD_BYTES');
    await assert.rejects(pool.verifyEquihash(PARAMS, HEX, new Uint8Array(36)), bad);
    await assert.rejects(pool.verifyEquihash(PARAMS, new Uint8Array(140), untyped('0'.repeat(36))), bad);
    await assert.rejects(pool.trueHash(untyped('00'), new Uint8Array(32), 1n), bad);
    assert.equal(pool.queued, 0);
  } finally {
    await pool.close();
  }
});
