import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  decodeHex,
  displayDifficulty,
  hashValue,
  MAX_TARGET_128,
  MAX_TARGET_256,
  targetFromDifficulty,
  targetFromHex,
  targetToHex,
  weightOfEitherHalf,
  weightOfTarget,
} from '../src/index.ts';
import { difficulty, NO_VECTORS, truehashTargets } from './vectors.ts';

const LIMIT = { mainnet: (1n << 243n) - 1n, testnet: (1n << 251n) - 1n };

test('difficulties give the set_target strings of the vectors to the last digit', {
  skip: NO_VECTORS,
}, () => {
  const vectors = difficulty();
  assert.equal(targetToHex(LIMIT.mainnet, 32), vectors.diff1.mainnet);
  assert.equal(targetToHex(LIMIT.testnet, 32), vectors.diff1.testnet);
  assert.equal(vectors.set_target.length, 32);
  for (const { network, difficulty: value, set_target: wanted } of vectors.set_target) {
    assert.equal(targetToHex(targetFromDifficulty(LIMIT[network], value), 32), wanted, `${network} ${value}`);
  }
});

test('real blocks have the displayed difficulty of the vectors', { skip: NO_VECTORS }, () => {
  for (const block of difficulty().real_blocks) {
    const shown = displayDifficulty(LIMIT[block.network], BigInt(`0x${block.target}`));
    const relative = Math.abs(shown / block.difficulty_powlimit_full - 1);
    assert.ok(relative < 2e-6, `${block.nbits}: ${shown} for ${block.difficulty_powlimit_full}`);
  }
});

test('TrueHash targets are 32 digits; the one that needs 33 is refused', { skip: NO_VECTORS }, () => {
  const { pairs } = truehashTargets();
  assert.equal(pairs.length, 23);
  for (const { difficulty: value, target } of pairs) {
    const exact = (1n << 128n) / BigInt(value);
    assert.equal(exact.toString(16).padStart(32, '0'), target);
    if (target.length > 32) {
      assert.equal(targetFromHex(target, 16), undefined);
      assert.throws(() => targetToHex(exact, 16), { code: 'ADIT_NUMBER_TOO_LARGE' });
    } else {
      assert.equal(targetToHex(exact, 16), target);
      assert.equal(targetFromHex(target.toUpperCase(), 16), exact);
    }
  }
});

test('a target has one length on the wire', () => {
  assert.equal(targetToHex(1n, 32), '1'.padStart(64, '0'));
  assert.equal(targetFromHex('1'.padStart(62, '0'), 32), undefined);
  assert.equal(targetFromHex('1'.padStart(64, '0'), 16), undefined);
  assert.equal(targetFromHex(`0x${'1'.padStart(62, '0')}`, 32), undefined);
  assert.equal(targetFromHex(1, 32), undefined);
  assert.throws(() => targetToHex(1n << 256n, 32), { code: 'ADIT_NUMBER_TOO_LARGE' });
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: MAX_TARGET_256 }), (target) =>
      assert.equal(targetFromHex(targetToHex(target, 32), 32), target),
    ),
  );
});

test('the largest targets have every digit f', () => {
  assert.equal(targetToHex(MAX_TARGET_256, 32), 'f'.repeat(64));
  assert.equal(targetToHex(MAX_TARGET_128, 16), 'f'.repeat(32));
});

test('difficulty goes to a target exactly, and is bounded', () => {
  assert.equal(targetFromDifficulty(LIMIT.mainnet, 1), LIMIT.mainnet);
  assert.equal(targetFromDifficulty(LIMIT.mainnet, 0.5), 2n * LIMIT.mainnet);
  assert.equal(targetFromDifficulty(LIMIT.mainnet, 3), LIMIT.mainnet / 3n);
  assert.equal(
    targetFromDifficulty(LIMIT.mainnet, 2 ** 60 + 2 ** 30),
    LIMIT.mainnet / ((1n << 60n) + (1n << 30n)),
  );
  // 0.1 is not a tenth: what counts is the double.
  assert.equal(targetFromDifficulty(LIMIT.mainnet, 0.1), (LIMIT.mainnet << 55n) / 3602879701896397n);
  assert.equal(targetFromDifficulty(LIMIT.mainnet, 1e-300), MAX_TARGET_256);
  assert.equal(targetFromDifficulty(LIMIT.mainnet, Number.MIN_VALUE), MAX_TARGET_256);
  assert.equal(targetFromDifficulty(LIMIT.mainnet, Number.MAX_VALUE), 0n);
});

test('no difficulty that is not a finite number above zero makes a target', () => {
  for (const value of [0, -0, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    assert.throws(() => targetFromDifficulty(LIMIT.mainnet, value), {
      code: 'ADIT_BAD_DIFFICULTY',
      message: 'a difficulty must be a finite number above zero',
    });
  }
});

test('a hash is compared with its last byte most significant', () => {
  const header = decodeHex(`${'00'.repeat(31)}01`);
  assert.equal(hashValue(header), 1n << 248n);
  assert.equal(hashValue(header.slice().reverse()), 1n);
});

test('the weight of a target is the expected number of hashes', () => {
  assert.equal(weightOfTarget(MAX_TARGET_256), 1n);
  assert.equal(weightOfTarget((1n << 255n) - 1n), 2n);
  assert.equal(weightOfTarget((1n << 243n) - 1n), 8192n);
  assert.equal(weightOfTarget(0n), 1n << 256n);
  // The documents' example target: 2^256 / 160 through a double.
  assert.equal(weightOfTarget(BigInt(`0x01999999999999a0${'0'.repeat(48)}`)), 159n);
});

test('the weight of either half counts the chance of both once', () => {
  assert.equal(weightOfEitherHalf(MAX_TARGET_128), 1n);
  // Each half meets it in one of two: 3 of 4 digests do, 4/3 hashes a share.
  assert.equal(weightOfEitherHalf((1n << 127n) - 1n), 1n);
  // One of four: 7 of 16 digests do.
  assert.equal(weightOfEitherHalf((1n << 126n) - 1n), 2n);
  assert.equal(weightOfEitherHalf(0n), (1n << 256n) / ((1n << 129n) - 1n));
});

test('for hard targets the weight of either half is half that of one', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 1n << 100n }), (target) => {
      const approximate = (1n << 127n) / (target + 1n);
      const exact = weightOfEitherHalf(target);
      assert.ok(exact >= approximate && exact - approximate <= (approximate >> 20n) + 1n);
    }),
  );
});

test('weights never grow when targets get easier', () => {
  const targets = fc.tuple(fc.bigInt(0n, MAX_TARGET_128), fc.bigInt(0n, MAX_TARGET_128));
  fc.assert(
    fc.property(targets, ([a, b]) => {
      const [hard, easy] = a < b ? [a, b] : [b, a];
      assert.ok(weightOfEitherHalf(hard) >= weightOfEitherHalf(easy));
      assert.ok(weightOfTarget(hard) >= weightOfTarget(easy));
      assert.ok(weightOfEitherHalf(easy) >= 1n);
    }),
  );
});

test('difficulty for people is the ratio to the limit', () => {
  assert.equal(displayDifficulty(LIMIT.mainnet, LIMIT.mainnet), 1);
  assert.equal(displayDifficulty(LIMIT.mainnet, LIMIT.mainnet * 4n), 0.25);
  assert.ok(Number.isFinite(displayDifficulty(LIMIT.mainnet, 0n)));
});
