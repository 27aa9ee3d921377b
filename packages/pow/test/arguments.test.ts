import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answersToWrongKinds, functionsOf, type RightCall } from '@adit/test-kit/wrong-kinds';
import * as room from '../src/index.ts';

const SIZES = room.equihashSizes({ n: 48, k: 5 });
const DIGEST = new Uint8Array(32);
const SOLUTION = new Uint8Array(SIZES.solutionBytes);
const PREFIXED = Uint8Array.from([...SIZES.prefix, ...SOLUTION]);
const HEADER = new Uint8Array(room.ZCASH_HEADER_BYTES);
const PERSONALIZATION = new Uint8Array(16);

const CALLS: Readonly<Record<string, RightCall>> = {
  equihashSizes: [(n: number, k: number) => room.equihashSizes({ n, k }), 48, 5],
  packIndices: [
    (indices: number[]) => room.packIndices(indices, SIZES),
    Array.from(room.unpackIndices(SOLUTION, SIZES)),
  ],
  stripSolutionPrefix: [(bytes: Uint8Array) => room.stripSolutionPrefix(bytes, SIZES), PREFIXED],
  unpackIndices: [(bytes: Uint8Array) => room.unpackIndices(bytes, SIZES), SOLUTION],
  blake2b: [
    (bytes: Uint8Array, digestBytes: number, personalization: Uint8Array) =>
      room.blake2b(bytes, { digestBytes, personalization }),
    ...[DIGEST, 32, PERSONALIZATION],
  ],
  sha256d: [room.sha256d, DIGEST],
  sha3256: [room.sha3256, DIGEST],
  sha3512: [room.sha3512, DIGEST],
  blockHalf: [room.blockHalf, DIGEST],
  fruitHalf: [room.fruitHalf, DIGEST],
  trueTargetFromDifficulty: [room.trueTargetFromDifficulty, 5n],
  decodeZcashHeader: [room.decodeZcashHeader, HEADER],
  encodeZcashHeader: [
    (version: number, prevHash: Uint8Array, nonce: Uint8Array) =>
      room.encodeZcashHeader({ ...room.decodeZcashHeader(HEADER), version, prevHash, nonce }),
    ...[4, DIGEST, DIGEST],
  ],
  zcashBlockHash: [room.zcashBlockHash, HEADER, PREFIXED],
};

test('an argument of another kind is an error in each function, not another hash', () => {
  assert.deepEqual(answersToWrongKinds(CALLS), []);
});

test('no function of the room is missing here', () => {
  assert.deepEqual(functionsOf(room).sort(), [...Object.keys(CALLS), ...['epoch0Seeds']].sort());
});
