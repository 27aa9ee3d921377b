import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gammaChance, gammaQuantile, NO_SHARES, rateOf, type ShareSums } from '@adit/stats';
import { poisson, seeded } from './support/random.ts';

/** Simulates rigs with shares of two weights. @returns in how many of 100 cases the limits hold the true rate, and the bias */
function simulate(rigs: number, seed: number, meanOf: (random: () => number) => number) {
  const random = seeded(seed);
  let held = 0;
  let ratio = 0;
  for (let i = 0; i < rigs; i += 1) {
    // Most shares have one weight; where vardiff moved, a part of the time had another. Rigs differ by a factor of 1,000.
    const usual = BigInt(Math.floor(1 + random() * 1000)) * 8192n;
    const other = usual * 2n;
    const mean = meanOf(random);
    const part = random() * 0.5;
    const few = poisson(mean * (1 - part), random);
    const many = poisson((mean * part) / 2, random);
    const truth = (mean * Number(usual)) / 600;
    const weight = BigInt(few) * usual + BigInt(many) * other;
    const squares = BigInt(few) * usual * usual + BigInt(many) * other * other;
    const largest = many > 0 ? other : few > 0 ? usual : 0n;
    const sums: ShareSums = { weight, squares, largest, shares: few + many };
    const { value, low, high } = rateOf(sums, { seconds: 600, nextWeight: usual });
    assert.ok(value !== null && low !== null && high !== null);
    if (low <= truth && truth <= high) held += 1;
    ratio += value / truth;
  }
  return { held: (100 * held) / rigs, bias: ratio / rigs - 1 };
}

test('95 % limits hold the true rate of 94 to 97 of 100 rigs, among 100,000 rigs', () => {
  const all = simulate(100_000, 1, (random) => 10 + 190 * random());
  assert.ok(all.held >= 94 && all.held <= 97, `${all.held} %`);
  assert.ok(Math.abs(all.bias) < 0.005, `bias ${all.bias}`);
});

test('limits of few shares are not narrower than they may be', () => {
  const { held } = simulate(5_000, 2, (random) => 1 + 9 * random());
  assert.ok(held >= 95, `${held} %`);
});

test('limits of equal shares are those of a Poisson count', () => {
  const sums = { weight: 80n, squares: 640n, largest: 8n, shares: 10 };
  const { value, low, high } = rateOf(sums, { seconds: 8 });
  assert.equal(value, 10);
  // Garwood's limits of 10: 4.795 and 18.39.
  assert.ok(Math.abs((low ?? 0) - 4.7954) < 0.001 && Math.abs((high ?? 0) - 18.3904) < 0.001);
});

test('a rate without shares is zero below a limit, and one without time is unknown', () => {
  const none = rateOf(NO_SHARES, { seconds: 100, nextWeight: 100n });
  assert.equal(none.value, 0);
  assert.ok(Math.abs((none.high ?? 0) - 3.6889) < 0.001);
  assert.deepEqual(rateOf(NO_SHARES, { seconds: 0 }), {
    value: null,
    low: null,
    high: null,
    shares: 0,
    seconds: 0,
  });
});

test('a new rig has limits and no value', () => {
  const sums = { weight: 8n, squares: 64n, largest: 8n, shares: 1 };
  const { value, low, high } = rateOf(sums, { seconds: 5, isNew: true });
  assert.equal(value, null);
  assert.ok(low !== null && high !== null && low < high);
});

test('quantiles of the gamma curve are those of tables', () => {
  for (const [shape, chance, value] of [
    [1, 0.95, 2.995732],
    [0.5, 0.5, 0.2274682],
    [10, 0.025, 4.795389],
    [50, 0.975, 64.780599],
    [1e6, 0.5, 999_999.667],
  ] as const) {
    const found = gammaQuantile(shape, chance);
    assert.ok(Math.abs(found / value - 1) < 1e-5, `${shape} ${chance}: ${found}`);
    assert.ok(Math.abs(gammaChance(shape, found) - chance) < 1e-6);
  }
});
