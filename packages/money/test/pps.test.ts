import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BLOCK_SCORE } from '../src/exact/score.ts';
import { feeRatioPpm, minersFeesFromNu7 } from '../src/schemes/fee-ratio.ts';
import { COEFFICIENT_ONE, PPS_UNIT, ppsCredit } from '../src/schemes/pps-credit.ts';
import { reserveBlocks, reserveIsOpen } from '../src/schemes/reserve.ts';
import { REWARD, SHARES } from './shares.ts';

const PRICE = { reward: REWARD, feeRatioPpm: 0n, coefficient: COEFFICIENT_ONE };

test('shares are paid at once by their score, less the fee', () => {
  assert.deepEqual(
    SHARES.map(({ score }) => ppsCredit(0n, score, PRICE, 20_000n).paid),
    [16_333_333n, 36_750_001n, 25_984_849n, 18_560_606n, 20_416_667n],
  );
  assert.equal(ppsCredit(0n, BLOCK_SCORE, PRICE, 0n).paid, REWARD);
  assert.equal(ppsCredit(0n, BLOCK_SCORE, { ...PRICE, feeRatioPpm: 500_000n }, 0n).paid, 62_500_002n);
  assert.equal(
    ppsCredit(0n, BLOCK_SCORE, { ...PRICE, coefficient: COEFFICIENT_ONE / 2n }, 0n).paid,
    20_833_334n,
  );
});

test('how shares are cut into intervals changes nothing: what is paid and what is kept are the same', () => {
  const score = fc.bigInt({ min: 0n, max: BLOCK_SCORE });
  const ppm = fc.bigInt({ min: 0n, max: 1_000_000n });
  fc.assert(
    fc.property(fc.array(score, { maxLength: 10 }), ppm, ppm, (scores, feePpm, ratio) => {
      const price = { ...PRICE, feeRatioPpm: ratio };
      let paid = 0n;
      let carry = 0n;
      let sum = 0n;
      for (const one of scores) {
        const credit = ppsCredit(carry, one, price, feePpm);
        paid += credit.paid;
        carry = credit.carry;
        sum += one;
      }
      assert.deepEqual({ paid, carry }, ppsCredit(0n, sum, price, feePpm));
      assert.ok(paid >= 0n && carry >= 0n && carry < PPS_UNIT);
    }),
  );
});

test('figures out of their bounds are refused', () => {
  const refused = { code: 'ADIT_BAD_AMOUNT' };
  assert.throws(() => ppsCredit(-1n, 0n, PRICE, 0n), refused);
  assert.throws(() => ppsCredit(PPS_UNIT, 0n, PRICE, 0n), refused);
  assert.throws(() => ppsCredit(0n, -1n, PRICE, 0n), refused);
  assert.throws(() => ppsCredit(0n, 1n, PRICE, 1_000_001n), refused);
  assert.throws(() => ppsCredit(0n, 1n, PRICE, -1n), refused);
  for (const field of ['reward', 'feeRatioPpm', 'coefficient'])
    assert.throws(() => ppsCredit(0n, 1n, { ...PRICE, [field]: -1n }, 0n), refused);
  assert.equal(ppsCredit(PPS_UNIT - 1n, 0n, PRICE, 1_000_000n).paid, 0n);
});

test('the fee ratio leaves out the five percent of blocks with the highest fees, and with the lowest', () => {
  const blocks = Array.from({ length: 20 }, (_, i) => ({
    subsidy: 1_000n,
    fees: BigInt(i === 19 ? 10 ** 9 : i),
  }));
  // 1 to 18 are left: 171 of 18,000.
  assert.equal(feeRatioPpm(blocks), 9_500n);
  assert.equal(feeRatioPpm(blocks.toReversed()), 9_500n);
  assert.equal(feeRatioPpm(blocks.slice(0, 19)), (171n * 1_000_000n) / 19_000n);
  assert.equal(feeRatioPpm([]), 0n);
  assert.equal(feeRatioPpm([{ subsidy: 0n, fees: 5n }]), 0n);
  assert.throws(() => feeRatioPpm([{ subsidy: 1n, fees: -1n }]), { code: 'ADIT_BAD_AMOUNT' });
  assert.throws(() => feeRatioPpm([{ subsidy: -1n, fees: 1n }]), { code: 'ADIT_BAD_AMOUNT' });
});

test('of blocks with equal fees it does not matter which comes first', () => {
  const block = fc.record({
    subsidy: fc.bigInt({ min: 1n, max: 9n }),
    fees: fc.bigInt({ min: 0n, max: 2n }),
  });
  const blocks = fc.array(block, { minLength: 20, maxLength: 40 });
  fc.assert(
    fc.property(
      blocks.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => assert.equal(feeRatioPpm(all), feeRatioPpm(shuffled)),
    ),
  );
});

test('from NU7 on a miner keeps four tenths of the fees, and the fraction', () => {
  assert.deepEqual([0n, 1n, 2n, 9n, 10n, 15_000n].map(minersFeesFromNu7), [0n, 1n, 1n, 4n, 4n, 6_000n]);
  assert.throws(() => minersFeesFromNu7(-1n), { code: 'ADIT_BAD_AMOUNT' });
});

test('a reserve stops below its floor, and opens again only where it resumes', () => {
  const limits = { floor: 100n, resumeAt: 150n };
  assert.deepEqual(
    [99n, 100n, 149n, 150n].map((balance) => [
      reserveIsOpen(limits, balance, true),
      reserveIsOpen(limits, balance, false),
    ]),
    [
      [false, false],
      [true, false],
      [true, false],
      [true, true],
    ],
  );
  assert.throws(() => reserveIsOpen({ floor: 2n, resumeAt: 1n }, 5n, true), { code: 'ADIT_BAD_OPTION' });
  assert.throws(() => reserveIsOpen({ floor: -1n, resumeAt: 1n }, 5n, true), { code: 'ADIT_BAD_OPTION' });
  assert.equal(reserveIsOpen({ floor: 0n, resumeAt: 0n }, 0n, false), true);
});

test('the reserve that is advised grows with the wanted safety, and is without end where orphans eat the fee', () => {
  const blocks = (feePpm: bigint, orphanPpm = 0n) =>
    [1e-2, 1e-3, 1e-6].map((ruin) => Math.round(reserveBlocks({ feePpm, orphanPpm, ruin })));
  assert.deepEqual(blocks(10_000n), [230, 345, 691]);
  assert.deepEqual(blocks(20_000n), [115, 173, 345]);
  assert.deepEqual(blocks(40_000n), [58, 86, 173]);
  assert.deepEqual(blocks(30_000n, 10_000n), [115, 173, 345]);
  assert.deepEqual(blocks(20_000n, 20_000n), [Infinity, Infinity, Infinity]);
  for (const ruin of [0, 1, -1, Number.NaN])
    assert.throws(() => reserveBlocks({ feePpm: 1n, orphanPpm: 0n, ruin }), { code: 'ADIT_BAD_OPTION' });
});
