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
  targetOfEitherHalf,
  targetOfWeight,
  targetToHex,
  weightOfEitherHalf,
  weightOfTarget,
} from '../src/index.ts';
import { difficulty, NO_VECTORS, truehashTargets } from './vectors.ts';

const LIMIT = { mainnet: (1n << 243n) - 1n, testnet: (1n << 251n) - 1n };

test('a difficulty gives the set_target string of the vectors to the last digit', {
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

test('the displayed difficulty of real blocks is that of the vectors', { skip: NO_VECTORS }, () => {
  for (const block of difficulty().real_blocks) {
    const shown = displayDifficulty(LIMIT[block.network], BigInt(`0x${block.target}`));
    const relative = Math.abs(shown / block.difficulty_powlimit_full - 1);
    assert.ok(relative < 2e-6, `${block.nbits}: ${shown} for ${block.difficulty_powlimit_full}`);
  }
});

test('a TrueHash target has 32 digits, and one that needs 33 is refused', { skip: NO_VECTORS }, () => {
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

test('a target of another length than its own is refused', () => {
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

test('a difficulty becomes an exact target, at most 2^256-1', () => {
  assert.equal(targetFromDifficulty(LIMIT.mainnet, 1), LIMIT.mainnet);
  assert.equal(targetFromDifficulty(LIMIT.mainnet, 0.5), 2n * LIMIT.mainnet);
  assert.equal(targetFromDifficulty(LIMIT.mainnet, 3), LIMIT.mainnet / 3n);
  assert.equal(
    targetFromDifficulty(LIMIT.mainnet, 2 ** 60 + 2 ** 30),
    LIMIT.mainnet / ((1n << 60n) + (1n << 30n)),
  );
  // The double nearest to 0.1 is not a tenth, and the target is exact for the double.
  assert.equal(targetFromDifficulty(LIMIT.mainnet, 0.1), (LIMIT.mainnet << 55n) / 3602879701896397n);
  assert.equal(targetFromDifficulty(LIMIT.mainnet, 1e-300), MAX_TARGET_256);
  assert.equal(targetFromDifficulty(LIMIT.mainnet, Number.MIN_VALUE), MAX_TARGET_256);
  assert.equal(targetFromDifficulty(LIMIT.mainnet, Number.MAX_VALUE), 0n);
});

test('a difficulty that is not a finite number above zero is an error', () => {
  for (const value of [0, -0, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    assert.throws(() => targetFromDifficulty(LIMIT.mainnet, value), {
      code: 'ADIT_BAD_DIFFICULTY',
      message: 'a difficulty must be a finite number above zero',
    });
  }
});

test('the last byte of a hash is the most significant one', () => {
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
  // Each half meets it with chance 1/2, so 3 of 4 digests do: 4/3 hashes a share.
  assert.equal(weightOfEitherHalf((1n << 127n) - 1n), 1n);
  // Each half meets it with chance 1/4, so 7 of 16 digests do.
  assert.equal(weightOfEitherHalf((1n << 126n) - 1n), 2n);
  assert.equal(weightOfEitherHalf(0n), (1n << 256n) / ((1n << 129n) - 1n));
});

test('for hard targets the weight of either half is half the weight of one half', () => {
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

test('every hash meets the target of weight 1, and the target of a power of two has its bits', () => {
  for (const weight of [-1n, 0n, 1n]) {
    assert.equal(targetOfWeight(weight), MAX_TARGET_256);
    assert.equal(targetOfEitherHalf(weight), MAX_TARGET_128);
  }
  assert.equal(targetOfWeight(8192n), (1n << 243n) - 1n);
  assert.equal(targetOfWeight(1n << 256n), 0n);
  assert.equal(targetOfEitherHalf(2n), 1n << 126n);
  assert.equal(targetOfEitherHalf(1n << 127n), 1n);
});

test('the target of a weight is the easiest one with at least this weight', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 2n, max: 1n << 256n }), (weight) => {
      const target = targetOfWeight(weight);
      assert.ok(weightOfTarget(target) >= weight);
      assert.ok(weightOfTarget(target + 1n) < weight);
    }),
  );
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 1n << 127n }), (weight) =>
      assert.equal(weightOfTarget(targetOfWeight(weight)), weight),
    ),
  );
});

test('the target of a weight for either half has exactly this weight up to 2^62, and nearly this weight above', () => {
  const weight = fc
    .integer({ min: 0, max: 126 })
    .chain((bits) => fc.bigInt(1n << BigInt(bits), 2n << BigInt(bits)));
  fc.assert(
    fc.property(weight, (wanted) => {
      const exact = weightOfEitherHalf(targetOfEitherHalf(wanted));
      if (wanted <= 1n << 62n) return assert.equal(exact, wanted);
      const error = exact > wanted ? exact - wanted : wanted - exact;
      assert.ok(error <= 1n + (wanted * wanted) / (1n << 127n));
    }),
    { numRuns: 2_000 },
  );
});

test('difficulty for people is the ratio to the limit', () => {
  assert.equal(displayDifficulty(LIMIT.mainnet, LIMIT.mainnet), 1);
  assert.equal(displayDifficulty(LIMIT.mainnet, LIMIT.mainnet * 4n), 0.25);
  assert.ok(Number.isFinite(displayDifficulty(LIMIT.mainnet, 0n)));
});
