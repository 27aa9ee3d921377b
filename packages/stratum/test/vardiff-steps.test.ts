import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Vardiff } from '../src/index.ts';
import { connected, OPTIONS } from './vardiff-simulation.ts';

// Regular miners, without chance: these tests pin to the second when the weight changes, to which value, and why.

type Change = readonly [second: number, weight: bigint];

/** Makes one look per second, with `shares` of the weight in force before it. New work carries a change at once. */
function looks(
  vardiff: Vardiff,
  from: number,
  seconds: number,
  shares: (second: number) => number,
): readonly Change[] {
  const changes: Change[] = [];
  for (let second = 1; second <= seconds; second += 1) {
    for (let left = shares(second); left > 0; left -= 1) vardiff.onShare(vardiff.weight);
    const weight = vardiff.retarget((from + second) * 1000);
    if (weight === undefined) continue;
    vardiff.granted(weight, (from + second) * 1000);
    changes.push([second, weight]);
  }
  return changes;
}

/** A miner with exactly `rate` hashes per second. */
function mining(vardiff: Vardiff, from: number, seconds: number, rate: number): readonly Change[] {
  let hashes = 0;
  return looks(vardiff, from, seconds, () => {
    hashes += rate;
    const shares = Math.floor(hashes / Number(vardiff.weight));
    hashes -= shares * Number(vardiff.weight);
    return shares;
  });
}

const silent = () => 0;

/** Mines 1000 hashes per second for ten minutes: the rate is known then, at a weight of 10,000 less rounding. */
function settled(): Vardiff {
  const vardiff = connected();
  assert.deepEqual(mining(vardiff, 0, 600, 1000).at(-1), [226, 9984n]);
  return vardiff;
}

test('at the start, three silent intervals give an eighth of the weight, and each further step needs a new silence', () => {
  // More than 6 s without a share give a step; then 3 s, 4.5 s, 6.75 s and 10.125 s under each new weight.
  assert.deepEqual(looks(connected(), 0, 200, silent), [
    [7, 1248n],
    [11, 156n],
    [16, 20n],
    [23, 3n],
    [34, 1n],
  ]);
  // On a port whose own interval is shorter than that of learning: more than 3 s, then 1.5 s.
  assert.deepEqual(looks(connected({ ...OPTIONS, intervalMs: 1000 }), 0, 8, silent), [
    [4, 1248n],
    [6, 156n],
  ]);
});

test('a rate is known after eighty shares at the learning interval, and the interval of the port holds from then on', () => {
  const shares = (second: number) => (second <= 162 && second % 2 === 0 ? 1 : 0);
  // The first share only starts the measure; 5000 hashes a second are 50,000 in ten.
  assert.deepEqual(looks(connected(), 0, 162, shares), [[162, 50_176n]]);
});

test('the rate of a slow miner is known after four minutes and eight shares, whichever is later', () => {
  // At the least weight there is nothing to step down to.
  const options = { ...OPTIONS, intervalMs: 60_000, minWeight: 10_000n };
  const every = (seconds: number) => (second: number) => (second % seconds === 0 ? 1 : 0);
  const [quick] = looks(connected(options), 0, 300, every(20));
  assert.deepEqual(quick, [240, 29_952n]);
  const [slow] = looks(connected(options), 0, 500, every(40));
  assert.deepEqual(slow, [360, 14_976n]);
});

test('the weight of a known miner that falls silent is halved step by step, and learnt again when the miner comes back', () => {
  const vardiff = settled();
  assert.deepEqual(looks(vardiff, 600, 700, silent), [
    [94, 4992n], // So long a silence is a halved rate at least, or the end of the miner.
    [155, 2496n],
    [246, 1248n],
    [382, 624n],
    [585, 312n],
  ]);
  assert.deepEqual(mining(vardiff, 1300, 600, 1000), [
    [4, 936n], // A share a second: twenty of them agree with what was known.
    [24, 9344n],
  ]);
});

test('a doubled rate is seen after two minutes, checked at a short interval, and followed', () => {
  assert.deepEqual(mining(settled(), 600, 2000, 2000), [
    [130, 11_008n],
    [158, 2000n],
    [207, 19_968n],
  ]);
});

test('a tripled rate is seen within a minute', () => {
  assert.deepEqual(mining(settled(), 600, 1000, 3000), [
    [50, 3040n],
    [100, 29_696n],
  ]);
});

test('a halved rate is seen after five minutes and followed', () => {
  const changes = mining(settled(), 600, 2000, 500);
  assert.deepEqual(changes, [
    [294, 8960n],
    [305, 1120n],
    [322, 492n],
    [371, 4928n],
  ]);
});

test('a known rate that drifts a little is left alone, and a larger drift followed in steps', () => {
  assert.deepEqual(mining(settled(), 600, 20_000, 1060), []);
  assert.deepEqual(mining(settled(), 600, 6000, 1200), [
    [799, 10_752n],
    [3872, 11_648n],
  ]);
});

test('a burst of a known miner is a new rate until it ends', () => {
  const changes = looks(settled(), 600, 60, (second) => (second === 1 ? 12 : second % 10 === 0 ? 1 : 0));
  assert.deepEqual(changes, [
    [1, 24_064n],
    [20, 3008n],
    [40, 376n],
    [60, 47n],
  ]);
});

test('four shares in the first look show a rate, and three do not', () => {
  const first = (shares: number) => looks(connected(), 0, 20, (second) => (second === 1 ? shares : 0));
  assert.deepEqual(first(4), [
    [1, 79_872n],
    [8, 9984n],
    [12, 1248n],
    [17, 156n],
  ]);
  assert.deepEqual(first(3), [
    [8, 1248n],
    [12, 156n],
    [17, 20n],
  ]);
});

test('looks up to ten seconds apart count; after a longer gap this process was asleep', () => {
  const every = (ms: number) => {
    const vardiff = connected();
    return [1, 2, 3].map((look) => {
      const weight = vardiff.retarget(look * ms);
      if (weight !== undefined) vardiff.granted(weight, look * ms);
      return weight;
    });
  };
  assert.deepEqual(every(10_000), [1248n, 156n, 20n]);
  assert.deepEqual(every(10_001), [undefined, undefined, undefined]);
});

test('shares up to two percent off have the weight in force; others count as late for thirty seconds', () => {
  const after = (weight: bigint, seconds: number) => {
    const vardiff = connected({ ...OPTIONS, minWeight: 10_000n });
    for (let second = 1; second < seconds; second += 1)
      assert.equal(vardiff.retarget(second * 1000), undefined);
    for (let left = 100; left > 0; left -= 1) vardiff.onShare(weight);
    return vardiff.retarget(seconds * 1000) !== undefined;
  };
  for (const [weight, counts] of [
    [10_200n, true],
    [9_800n, true],
    [10_201n, false],
    [9_799n, false],
  ] as const)
    assert.equal(after(weight, 1), counts, String(weight));
  assert.equal(after(5_000n, 29), false);
  assert.equal(after(5_000n, 30), true);
});

test('one suggestion per minute is taken, and the first four of a flood', () => {
  const taken = (everyMs: number, count: number) => {
    const vardiff = connected();
    let changes = 0;
    for (let i = 0; i < count; i += 1)
      if (vardiff.suggest(i % 2 === 0 ? 100n : 200n, i * everyMs) !== undefined) changes += 1;
    return changes;
  };
  assert.equal(taken(60_000, 30), 30);
  assert.equal(taken(1000, 600), 4);
});

test('after a suggestion the search starts again: steps are large, and a short silence counts', () => {
  const vardiff = settled();
  assert.equal(vardiff.suggest(500_000n, 600_000), 500_000n);
  vardiff.granted(500_000n, 600_000);
  assert.deepEqual(looks(vardiff, 600, 11, silent), [
    [7, 62_464n],
    [11, 7808n],
  ]);
});

test('a port that no longer fixes its weight learns the rate again, although it was known before', () => {
  const vardiff = settled();
  vardiff.update({ ...OPTIONS, fixed: true, startWeight: 500_000n }, 600_000);
  vardiff.granted(500_000n, 600_000);
  assert.deepEqual(looks(vardiff, 600, 100, silent), []);
  assert.equal(vardiff.update(OPTIONS, 700_000), undefined);
  assert.deepEqual(looks(vardiff, 700, 11, silent), [
    [7, 62_464n],
    [11, 7808n],
  ]);
});
