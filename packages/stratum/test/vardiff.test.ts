import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Vardiff, type VardiffOptions } from '../src/index.ts';
import { prng } from './support.ts';

const INTERVAL = 15_000;
const OPTIONS: VardiffOptions = {
  intervalMs: INTERVAL,
  minWeight: 1n,
  maxWeight: 1n << 100n,
  startWeight: 1000n,
};
const HOUR = 3_600_000;

interface Run {
  /** Milliseconds until the weight was first within a factor of two of the ideal one. */
  readonly settled: number;
  /** Of the weight over the ideal one, each second after the first hour. */
  readonly ratios: readonly number[];
  readonly changes: number;
  /** Shares an interval after the first hour. */
  readonly rate: number;
}

/** A miner of `hashrate` hashes a second whose shares come as a Poisson process. */
function simulate(seed: number, hashrate: number, startWeight: bigint, hours = 9): Run {
  const random = prng(seed);
  const vardiff = new Vardiff({ ...OPTIONS, startWeight }, 0);
  const ideal = (hashrate * INTERVAL) / 1000;
  const wait = () => ((-Math.log(1 - random()) * Number(vardiff.weight)) / hashrate) * 1000;
  const ratios: number[] = [];
  let settled = Number.POSITIVE_INFINITY;
  let changes = 0;
  let shares = 0;
  let next = wait();
  for (let now = 1000; now <= hours * HOUR; now += 1000) {
    for (; next <= now; next += wait()) {
      vardiff.onShare(vardiff.weight);
      if (next > HOUR) shares += 1;
    }
    if (vardiff.retarget(now) !== undefined) {
      // The process has no memory: under a new weight the wait begins anew.
      next = now + wait();
      if (now > HOUR) changes += 1;
    }
    const ratio = Number(vardiff.weight) / ideal;
    if (ratio > 0.5 && ratio < 2) settled = Math.min(settled, now);
    if (now > HOUR) ratios.push(ratio);
  }
  return { settled, ratios, changes, rate: shares / (((hours - 1) * HOUR) / INTERVAL) };
}

// Downward a step of four takes five silent intervals (75 s); upward it takes eight shares, mostly a tick.
// What is then left is less than a factor of four, and one window of at most 32 intervals (8 min) finds it.
for (const [from, start, limit] of [
  ['a million times too easy', 15n, 5 * 60_000],
  ['a thousand times too easy', 15_000n, 5 * 60_000],
  ['right', 15_000_000n, 1000],
  ['sixty times too hard', 1_000_000_000n, 3 * 75_000 + 8 * 60_000],
  ['four thousand times too hard', 60_000_000_000n, 6 * 75_000 + 8 * 60_000],
] as const) {
  test(`from a weight that is ${from} it finds the miner's rate, and stays there`, () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { settled, ratios, changes, rate } = simulate(seed, 1e6, start);
      assert.ok(settled <= limit, `settled after ${settled} ms`);
      const outside = ratios.filter((ratio) => ratio < 0.5 || ratio > 2).length / ratios.length;
      assert.ok(outside < 0.06, `outside a factor of two ${outside * 100} % of the time`);
      assert.ok(Math.max(...ratios) < 6 && Math.min(...ratios) > 1 / 6);
      assert.ok(changes < 8 * 8, `${changes} changes in 8 hours`);
      assert.ok(rate > 0.8 && rate < 1.25, `${rate} shares an interval`);
    }
  });
}

test('it follows a miner that becomes much faster or slower', () => {
  const vardiff = new Vardiff({ ...OPTIONS, startWeight: 15_000_000n }, 0);
  let now = 0;
  // Shares come exactly at their mean distance.
  const mine = (hashrate: number, seconds: number) => {
    let work = 0;
    for (let i = 0; i < seconds; i += 1) {
      now += 1000;
      for (work += hashrate; work >= Number(vardiff.weight); work -= Number(vardiff.weight)) {
        vardiff.onShare(vardiff.weight);
      }
      vardiff.retarget(now);
    }
    return Number(vardiff.weight) / (hashrate * 15);
  };
  for (const hashrate of [1e6, 5e7, 2e4, 1e6]) {
    const ratio = mine(hashrate, 3600);
    assert.ok(ratio > 0.7 && ratio < 1.4, `${ratio} of the ideal weight at ${hashrate} hashes a second`);
  }
});

test('a perfectly regular miner at the right weight is left alone', () => {
  const vardiff = new Vardiff(OPTIONS, 0);
  for (let now = INTERVAL; now < 20 * HOUR; now += INTERVAL) {
    vardiff.onShare(vardiff.weight);
    assert.equal(vardiff.retarget(now), undefined);
  }
  assert.equal(vardiff.weight, 1000n);
});

test('a long time at the right weight does not make it slow to see that the miner has stopped', () => {
  const vardiff = new Vardiff(OPTIONS, 0);
  let now = 0;
  for (let i = 0; i < 640; i += 1) {
    now += INTERVAL;
    vardiff.onShare(vardiff.weight);
    vardiff.retarget(now);
  }
  // The window that is open ends after 32 intervals at the latest, and five silent ones say enough.
  for (let i = 0; i < 32 + 5; i += 1) {
    now += INTERVAL;
    vardiff.retarget(now);
  }
  assert.ok(vardiff.weight <= 250n, `weight ${vardiff.weight}`);
});

test('one step is at most a factor of four', () => {
  const up = new Vardiff(OPTIONS, 0);
  for (let i = 0; i < 1000; i += 1) up.onShare(1000n);
  assert.equal(up.retarget(1000), 4000n);
  const down = new Vardiff(OPTIONS, 0);
  assert.equal(down.retarget(4 * INTERVAL), undefined);
  assert.equal(down.retarget(5 * INTERVAL), 250n);
});

test('a lucky streak of fewer than eight shares changes nothing', () => {
  const vardiff = new Vardiff(OPTIONS, 0);
  for (let i = 0; i < 7; i += 1) vardiff.onShare(1000n);
  assert.equal(vardiff.retarget(1), undefined);
  vardiff.onShare(1000n);
  assert.equal(vardiff.retarget(2), 4000n);
});

test('it starts within its bounds and never leaves them', () => {
  const low = new Vardiff({ ...OPTIONS, minWeight: 500n, startWeight: 1n }, 0);
  assert.equal(low.weight, 500n);
  assert.equal(low.retarget(HOUR), undefined);
  const high = new Vardiff({ ...OPTIONS, maxWeight: 700n }, 0);
  assert.equal(high.weight, 700n);
  const step = fc.record({
    after: fc.nat({ max: 200_000 }),
    shares: fc.nat({ max: 50 }),
    suggest: fc.bigInt(0n, 1n << 40n),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const vardiff = new Vardiff({ ...OPTIONS, minWeight: 500n, maxWeight: 9000n }, 0);
      let now = 0;
      for (const { after, shares, suggest } of steps) {
        now += after;
        for (let i = 0; i < shares; i += 1) vardiff.onShare(vardiff.weight);
        const changed = shares === 7 ? vardiff.suggest(suggest, now) : vardiff.retarget(now);
        assert.ok(changed === undefined || changed === vardiff.weight);
        assert.ok(vardiff.weight >= 500n && vardiff.weight <= 9000n);
      }
    }),
  );
});

test('a suggestion is taken within the bounds', () => {
  const vardiff = new Vardiff({ ...OPTIONS, minWeight: 10n, maxWeight: 5000n }, 0);
  assert.equal(vardiff.suggest(20n, 0), 20n);
  assert.equal(vardiff.suggest(20n, 0), undefined);
  assert.equal(vardiff.suggest(0n, 0), 10n);
  assert.equal(vardiff.suggest(1n << 200n, 0), 5000n);
});

test('a clock that stands still or steps back breaks nothing', () => {
  const vardiff = new Vardiff(OPTIONS, 10_000);
  for (let i = 0; i < 20; i += 1) vardiff.onShare(1000n);
  assert.equal(vardiff.retarget(9000), 4000n);
});
