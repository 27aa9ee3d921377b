import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answersToWrongKinds, functionsOf, type RightCall } from '@adit/test-kit/wrong-kinds';
import * as room from '../src/index.ts';

const BYTES = Uint8Array.of(1, 2, 3, 4);
const CALLS: Readonly<Record<string, RightCall>> = {
  bigintFromBytes: [room.bigintFromBytes, BYTES],
  bigintFromBytesLE: [room.bigintFromBytesLE, BYTES],
  bigintToBytes: [room.bigintToBytes, 5n, 4],
  concatBytes: [room.concatBytes, BYTES, BYTES],
  equalBytes: [room.equalBytes, BYTES, BYTES],
  readUint32LE: [room.readUint32LE, BYTES, 0],
  reverseBytes: [room.reverseBytes, BYTES],
  startsWithBytes: [room.startsWithBytes, BYTES, BYTES],
  uint32LE: [room.uint32LE, 7],
  checkBytes: [room.checkBytes, BYTES],
  checkBigint: [room.checkBigint, 5n],
  checkText: [room.checkText, 'a'],
  checkWhole: [(value: number) => room.checkWhole(value, 'it', 0, 9), 5],
  bitsFromTarget: [room.bitsFromTarget, 1n << 240n],
  targetFromBits: [room.targetFromBits, 0x1f07ffff],
  compactSize: [room.compactSize, 300],
  encodeHex: [room.encodeHex, BYTES],
  decodeHex: [(text: string) => room.decodeHex(text), 'aa'],
  displayDifficulty: [room.displayDifficulty, 100n, 10n],
  csvLine: [room.csvLine, ['a', 5]],
  hashValue: [room.hashValue, BYTES],
  targetFromDifficulty: [room.targetFromDifficulty, 100n, 3],
  targetOfEitherHalf: [room.targetOfEitherHalf, 100n],
  targetOfWeight: [room.targetOfWeight, 100n],
  targetToHex: [room.targetToHex, 100n, 16],
  weightOfEitherHalf: [room.weightOfEitherHalf, 100n],
  weightOfTarget: [room.weightOfTarget, 100n],
};
/** They take whatever comes: the answer is undefined for another kind, or a text for any error. */
const TAKE_ALL = ['tryDecodeHex', 'targetFromHex', 'messageOf'];
/** Objects whose members the caller's own types describe. */
const OF_OBJECTS = ['withDefaults', 'whyNotPrivate'];

test('an argument of another kind is an error in each function, not another answer', () => {
  assert.deepEqual(answersToWrongKinds(CALLS), []);
});

test('no function of the room is missing here', () => {
  assert.deepEqual(functionsOf(room).sort(), [...Object.keys(CALLS), ...TAKE_ALL, ...OF_OBJECTS].sort());
  assert.deepEqual([room.tryDecodeHex(5), room.targetFromHex(5n, 16)], [undefined, undefined]);
});
