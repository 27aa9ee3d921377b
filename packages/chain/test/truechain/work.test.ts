import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TrueHashDataset, TrueHasher, trueTargetFromDifficulty } from '@adit/pow';
import { bigintToBytes, concatBytes, decodeHex, encodeHex, targetFromHex } from '@adit/primitives';
import fc from 'fast-check';
import { solutionKind, workFromAnswer } from '../../src/index.ts';
import { readVectors, skipWithoutVectors } from './vectors.ts';

const header = `0x${'ab'.repeat(32)}`;
const seed = `0x${'cd'.repeat(32)}`;
const some = `0x${'0f'.repeat(16)}`;
const none = `0x${'00'.repeat(16)}`;

test('getWork is four strings: header, seedhash, fruit target, block target', () => {
  assert.deepEqual(workFromAnswer([header, seed, some, none]), {
    headerHash: new Uint8Array(32).fill(0xab),
    seedHash: new Uint8Array(32).fill(0xcd),
    fruitTarget: 0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0fn,
    blockTarget: 0n,
  });
  const upper = workFromAnswer([`0x${'AB'.repeat(32)}`, seed, none, some]);
  assert.deepEqual(upper, {
    headerHash: new Uint8Array(32).fill(0xab),
    seedHash: new Uint8Array(32).fill(0xcd),
    fruitTarget: 0n,
    blockTarget: 0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0fn,
  });
});

test('an empty seedhash and two unused targets mean that the node is not ready', () => {
  assert.equal(workFromAnswer([header, '', some, none]), 'not_ready');
  assert.equal(workFromAnswer([header, '0x', some, none]), 'not_ready');
  assert.equal(workFromAnswer([header, seed, none, none]), 'not_ready');
});

test('everything else is refused, and the error names the field', () => {
  const refused = (answer: unknown, field: RegExp): void =>
    assert.throws(() => workFromAnswer(answer), { code: 'ADIT_BAD_FIELD', message: field });
  refused(null, /^getWork must/);
  refused([header, seed, some], /^getWork must/);
  refused([header, seed, some, none, none], /^getWork must/);
  refused([header.slice(2), seed, some, none], /^getWork\[0\]/);
  refused([`${header}0`, seed, some, none], /^getWork\[0\]/);
  refused([header, 'x', some, none], /^getWork\[1\]/);
  refused([header, null, some, none], /^getWork\[1\]/);
  // A node's difficulty 1 gives 2^128: 33 digits, and no 0x.
  refused([header, seed, `1${'0'.repeat(32)}`, none], /^getWork\[2\]/);
  refused([header, seed, some, 0], /^getWork\[3\]/);
  refused([header, seed, some, '0x0'], /^getWork\[3\]/);
});

test('any four strings give work, "not ready" or an error with a code', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom(header, seed, some, none, ''))), (answer) => {
      try {
        const work = workFromAnswer(answer);
        assert.ok(work === 'not_ready' || work.headerHash.length === 32);
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'ADIT_BAD_FIELD');
      }
    }),
  );
});

test('a digest counts as a block before a fruit, bounds are inclusive, and a half without a target does not count', () => {
  const half = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
  const target = fc.oneof(fc.constant(0n), half);
  fc.assert(
    fc.property(half, half, target, target, (first, second, blockTarget, fruitTarget) => {
      const digest = concatBytes(bigintToBytes(first, 16), bigintToBytes(second, 16));
      const isBlock = blockTarget !== 0n && first <= blockTarget;
      const isFruit = fruitTarget !== 0n && second <= fruitTarget;
      const expected = isBlock ? 'block' : isFruit ? 'fruit' : undefined;
      assert.equal(solutionKind(digest, { blockTarget, fruitTarget }), expected);
    }),
  );
  const edge = concatBytes(bigintToBytes(7n, 16), bigintToBytes(9n, 16));
  assert.equal(solutionKind(edge, { blockTarget: 7n, fruitTarget: 9n }), 'block');
  assert.equal(solutionKind(edge, { blockTarget: 6n, fruitTarget: 9n }), 'fruit');
  assert.equal(solutionKind(edge, { blockTarget: 6n, fruitTarget: 8n }), undefined);
  const zero = new Uint8Array(32);
  assert.equal(solutionKind(zero, { blockTarget: 0n, fruitTarget: 0n }), undefined);
  assert.equal(solutionKind(zero, { blockTarget: 0n, fruitTarget: 1n }), 'fruit');
});

interface Accepted {
  submissions: {
    headerHash: string;
    nonceHexBE: string;
    mixDigest: string;
    fruitTarget: string;
    blockTarget: string;
    meets: 'fruit' | 'block';
    submitWorkResult: boolean;
    becameCanonicalSnailBlock: boolean | null;
  }[];
}

test('solutions that a real node took get the recorded kind', { skip: skipWithoutVectors }, () => {
  const { submissions } = readVectors<Accepted>('devnet-accepted.json');
  assert.equal(submissions.length, 39);
  const hasher = new TrueHasher(TrueHashDataset.epoch0());
  for (const item of submissions) {
    const fruitTarget = targetFromHex(item.fruitTarget, 16) ?? -1n;
    const blockTarget = targetFromHex(item.blockTarget, 16) ?? -1n;
    const digest = decodeHex(item.mixDigest, 32);
    assert.deepEqual(hasher.hash(decodeHex(item.headerHash, 32), BigInt(`0x${item.nonceHexBE}`)), digest);
    assert.equal(solutionKind(digest, { fruitTarget, blockTarget }), item.meets, item.mixDigest);
    assert.equal(item.submitWorkResult, true);
    // The trap: a block whose second half also met fruit difficulty 2 never became a block.
    if (item.becameCanonicalSnailBlock === true) {
      const swallowed = solutionKind(digest, { fruitTarget: 1n << 127n, blockTarget: 0n });
      assert.equal(swallowed, undefined, item.mixDigest);
    }
  }
});

test('targets are those of the node', { skip: skipWithoutVectors }, () => {
  const { pairs } = readVectors<{ pairs: { difficulty: string; target: string }[] }>('targets.json');
  for (const { difficulty, target } of pairs) {
    // Difficulty 1 needs a 129th bit, and is capped to what the wire can carry.
    const expected = target.length > 32 ? 'f'.repeat(32) : target;
    const ours = bigintToBytes(trueTargetFromDifficulty(BigInt(difficulty)), 16);
    assert.equal(encodeHex(ours), expected, difficulty);
  }
});
