import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Vardiff, VardiffOptions } from '../src/index.ts';
import { connected, INTERVAL, OPTIONS } from './vardiff-simulation.ts';

const HOUR = 3_600_000;

/** Makes a look, and gives new work at once if another weight is wanted. */
function look(vardiff: Vardiff, now: number): bigint | undefined {
  const changed = vardiff.retarget(now);
  if (changed !== undefined) vardiff.granted(changed, now);
  return changed;
}

/** A regular miner: `perLook` shares of the weight in force in each second. @returns every change */
function regular(
  vardiff: Vardiff,
  from: number,
  looks: number,
  perLook: (second: number) => number,
): bigint[] {
  const changes: bigint[] = [];
  for (let second = 1; second <= looks; second += 1) {
    for (let i = perLook(second); i > 0; i -= 1) vardiff.onShare(vardiff.weight);
    const changed = look(vardiff, from + second * 1000);
    if (changed !== undefined) changes.push(changed);
  }
  return changes;
}

/** Settles a miner whose shares come evenly at 1000 hashes a second. @returns the time */
function settle(vardiff: Vardiff, from = 0): number {
  let work = 0;
  const seconds = 600;
  for (let second = 1; second <= seconds; second += 1) {
    for (work += 1000; work >= Number(vardiff.weight); work -= Number(vardiff.weight)) {
      vardiff.onShare(vardiff.weight);
    }
    look(vardiff, from + second * 1000);
  }
  assert.ok(Math.abs(Number(vardiff.weight) / 10_000 - 1) < 0.05, `settled at ${vardiff.weight}`);
  return from + seconds * 1000;
}

test('a step up is as large as the shares say, and a step down for silence goes to an eighth', () => {
  const up = connected();
  for (let i = 0; i < 1200; i += 1) up.onShare(10_000n);
  up.slowed();
  // Shares come no faster than they are read: at 1,200 a second, one in two seconds is 2,400 times as hard.
  assert.ok(Math.abs(Number(up.retarget(1000)) / 24_000_000 - 1) < 0.02);
  const [first] = regular(connected(), 0, 7, () => 0);
  assert.equal(first, 1248n);
});

test('a perfectly regular miner at the right weight is left alone once it is known', () => {
  const vardiff = connected(OPTIONS, 0);
  let now = settle(vardiff);
  const { weight } = vardiff;
  for (; now < 20 * HOUR; now += 1000) {
    if (now % INTERVAL === 0) vardiff.onShare(weight);
    assert.equal(vardiff.retarget(now + 1000), undefined);
  }
});

test('shares that were under way at the former weight change nothing', () => {
  const vardiff = connected(OPTIONS, 0);
  for (let i = 0; i < 100; i += 1) vardiff.onShare(10_000n);
  assert.ok(look(vardiff, 1000) !== undefined);
  for (let second = 2; second < 20; second += 1) {
    for (let i = 0; i < 100; i += 1) vardiff.onShare(10_000n);
    assert.equal(vardiff.retarget(second * 1000), undefined);
  }
});

test('a miner that never takes up the new weight is measured by what it does', () => {
  const vardiff = connected({ ...OPTIONS, startWeight: 1000n }, 0);
  let changes = 0;
  for (let second = 1; second < 3600; second += 1) {
    for (let i = 0; i < 3; i += 1) vardiff.onShare(1000n);
    if (look(vardiff, second * 1000) !== undefined) changes += 1;
  }
  assert.ok(Math.abs(Number(vardiff.weight) / 30_000 - 1) < 0.1, `weight ${vardiff.weight}`);
  assert.ok(changes < 5, `${changes} changes`);
});

test('a computed weight is one of 64 between two powers of two, so that few targets exist', () => {
  const seen = new Set<bigint>();
  for (let rate = 1; rate < 3000; rate += 1) {
    const vardiff = connected({ ...OPTIONS, startWeight: 1n << 40n }, 0);
    for (let i = 0; i < rate; i += 1) vardiff.onShare(1n << 40n);
    const changed = vardiff.retarget(1000);
    if (changed !== undefined) seen.add(changed);
  }
  assert.ok(seen.size > 100 && seen.size <= 64 * 9, `${seen.size} weights`);
  for (const weight of seen) {
    const octave = 1n << BigInt(weight.toString(2).length - 1);
    assert.equal(weight % (octave / 64n), 0n);
  }
});

test('the weight starts within its bounds and never leaves them', () => {
  const low = connected({ ...OPTIONS, minWeight: 500n, startWeight: 1n }, 0);
  assert.equal(low.weight, 500n);
  assert.deepEqual(
    regular(low, 0, 4000, () => 0),
    [],
  );
  const high = connected({ ...OPTIONS, maxWeight: 700n }, 0);
  assert.equal(high.weight, 700n);
  assert.deepEqual(
    regular(high, 0, 600, () => 20),
    [],
  );
});

test('a weight is at least 1, also if the bounds say 0', () => {
  const vardiff = connected({ ...OPTIONS, minWeight: 0n, startWeight: 0n }, 0);
  assert.equal(vardiff.weight, 1n);
  assert.deepEqual(
    regular(vardiff, 0, 1000, () => 0),
    [],
  );
});

test('a suggestion is a new start within the bounds, and the search goes on from it', () => {
  const vardiff = connected({ ...OPTIONS, minWeight: 10n, maxWeight: 5000n }, 0);
  assert.equal(vardiff.suggest(20n, 0), 20n);
  assert.equal(vardiff.suggest(20n, 0), undefined);
  assert.equal(vardiff.suggest(0n, 0), 10n);
  assert.equal(vardiff.suggest(1n << 200n, 0), 5000n);
  vardiff.granted(5000n, 0);
  assert.ok(regular(vardiff, 0, 20, () => 0).length > 0);
});

test('a miner cannot keep its weight low by dozens of suggestions', () => {
  const vardiff = connected(OPTIONS, 0);
  let taken = 0;
  for (let now = 0; now < 600_000; now += 1000) {
    vardiff.onShare(vardiff.weight);
    if (vardiff.suggest(1n, now) !== undefined) taken += 1;
    vardiff.retarget(now + 500);
  }
  assert.ok(taken <= 14, `${taken} taken`);
});

test('a weight that the password fixes stays within the bounds, whatever comes and is suggested', () => {
  const vardiff = connected({ ...OPTIONS, minWeight: 10n, maxWeight: 5000n }, 0);
  assert.equal(vardiff.fix(7000n, 0), undefined);
  assert.equal(vardiff.fix(64n, 0), 64n);
  assert.deepEqual(
    regular(vardiff, 0, 600, () => 50),
    [],
  );
  assert.deepEqual(
    regular(vardiff, 600_000, 6000, () => 0),
    [],
  );
  assert.equal(vardiff.suggest(100n, 7_000_000), undefined);
  assert.equal(vardiff.fix(65n, 7_000_000), 65n);
  assert.equal(vardiff.update({ ...OPTIONS, minWeight: 100n }, 7_000_000), 100n);
  assert.deepEqual(
    regular(vardiff, 7_000_000, 600, () => 50),
    [],
  );
});

test('a port of fixed weight keeps its start weight', () => {
  const vardiff = connected({ ...OPTIONS, fixed: true }, 0);
  assert.deepEqual(
    regular(vardiff, 0, 600, () => 50),
    [],
  );
  assert.equal(vardiff.suggest(5n, 600_000), undefined);
  assert.equal(vardiff.fix(5n, 600_000), undefined);
  assert.equal(vardiff.weight, 10_000n);
});

test('a reload moves a weight into the new bounds, and leaves a weight within them alone', () => {
  const vardiff = connected(OPTIONS, 0);
  const now = settle(vardiff);
  const { weight } = vardiff;
  assert.equal(vardiff.update({ ...OPTIONS, startWeight: 5n, maxWeight: 1n << 40n }, now), undefined);
  assert.equal(vardiff.weight, weight);
  assert.equal(vardiff.update({ ...OPTIONS, maxWeight: 2000n }, now), 2000n);
  assert.equal(vardiff.update({ ...OPTIONS, minWeight: 3000n }, now), 3000n);
});

test('a reload with another interval leads the known rate to another weight', () => {
  const vardiff = connected(OPTIONS, 0);
  const now = settle(vardiff);
  assert.equal(vardiff.update({ ...OPTIONS, intervalMs: 40_000 }, now), undefined);
  assert.ok(Math.abs(Number(vardiff.retarget(now + 1000)) / 40_000 - 1) < 0.05);
});

test('a reload fixes a port at its start weight, and another one ends that', () => {
  const vardiff = connected(OPTIONS, 0);
  const now = settle(vardiff);
  assert.equal(vardiff.update({ ...OPTIONS, fixed: true, startWeight: 777n }, now), 777n);
  vardiff.granted(777n, now);
  assert.deepEqual(
    regular(vardiff, now, 100, () => 9),
    [],
  );
  assert.equal(vardiff.update({ ...OPTIONS, startWeight: 777n }, now + 100_000), undefined);
  assert.ok(regular(vardiff, now + 100_000, 10, () => 9).length > 0);
});

test('a clock that stands still or steps back does no harm, and no share is lost', () => {
  const vardiff = connected(OPTIONS, 10_000);
  for (let i = 0; i < 20; i += 1) vardiff.onShare(10_000n);
  assert.equal(vardiff.retarget(9000), undefined);
  assert.equal(vardiff.retarget(10_000), undefined);
  assert.ok(Number(vardiff.retarget(11_000)) > 100_000);
});

test('minutes in which this process slept do not count as silence of the miner', () => {
  const vardiff = connected(OPTIONS, 0);
  let now = settle(vardiff);
  const { weight } = vardiff;
  for (let nap = 0; nap < 50; nap += 1) {
    now += 900_000;
    assert.equal(vardiff.retarget(now), undefined);
    for (let second = 1; second <= 20; second += 1) {
      now += 1000;
      if (second % 10 === 0) vardiff.onShare(weight);
      assert.equal(vardiff.retarget(now), undefined);
    }
  }
});

test('the time without a connection does not count as silence either', () => {
  const vardiff = connected(OPTIONS, 0);
  let now = settle(vardiff);
  for (let time = 0; time < 100; time += 1) {
    now += 9_000;
    vardiff.resumed(now);
    vardiff.granted(vardiff.weight, now);
    now += 500;
    assert.equal(vardiff.retarget(now), undefined);
  }
});

/** Any event in the life of a connection. */
const event = fc.record({
  after: fc.oneof(fc.constant(1000), fc.integer({ min: 1000, max: 200_000 })),
  shares: fc.oneof(fc.constant(0), fc.nat({ max: 300 })),
  late: fc.boolean(),
  act: fc.constantFrom(
    ...(['retarget', 'retarget', 'retarget', 'granted', 'granted', 'suggest', 'fix', 'update'] as const),
    ...(['resumed', 'working', 'idle', 'slowed', 'job of its own'] as const),
  ),
  weight: fc.bigInt(0n, 1n << 62n),
});
/** Shares of one look, at a second a look, in the longest interval, and rounding to the grid. */
const LONGEST_STEP = (300n * BigInt(INTERVAL)) / 1000n + 100n;

test('the weight always stays within its bounds, and goes up no further than shares prove', () => {
  const bounds = fc.tuple(fc.bigInt(1n, 1n << 60n), fc.bigInt(1n, 1n << 60n), fc.bigInt(1n, 1n << 60n));
  fc.assert(
    fc.property(bounds, fc.array(event, { maxLength: 60 }), ([a, b, startWeight], events) => {
      const [minWeight, maxWeight] = a < b ? [a, b] : [b, a];
      let options: VardiffOptions = { intervalMs: INTERVAL, minWeight, maxWeight, startWeight };
      const vardiff = connected(options);
      let now = 0;
      let former = vardiff.weight;
      let inForce = vardiff.weight;
      let hardest = vardiff.weight;
      for (const { after, shares, late, act, weight } of events) {
        now += after;
        const shown = late ? former : inForce;
        if (shares > 0 && shown > hardest) hardest = shown;
        for (let i = 0; i < shares; i += 1) vardiff.onShare(shown);
        const before = vardiff.weight;
        let changed: bigint | undefined;
        if (act === 'update') {
          options = { ...options, minWeight: 1n + weight / 8n, maxWeight: 1n + weight / 2n };
          changed = vardiff.update(options, now);
        } else if (act === 'suggest' || act === 'fix') changed = vardiff[act](weight, now);
        else if (act === 'retarget') changed = vardiff.retarget(now);
        else if (act === 'granted' || act === 'job of its own') {
          const next = act === 'granted' ? vardiff.weight : weight < 1n ? 1n : weight;
          if (next !== inForce) former = inForce;
          inForce = next;
          vardiff.granted(next, now);
        } else if (act === 'slowed') vardiff.slowed();
        else vardiff[act](now);
        assert.equal(changed, vardiff.weight === before ? undefined : vardiff.weight);
        assert.ok(vardiff.weight >= options.minWeight && vardiff.weight <= options.maxWeight);
        // Only a reload may move a weight into its bounds at once.
        if (act !== 'retarget' || changed === undefined || changed <= before) continue;
        if (changed > options.minWeight && changed > inForce) assert.ok(changed <= hardest * LONGEST_STEP);
      }
    }),
    { numRuns: 300 },
  );
});
