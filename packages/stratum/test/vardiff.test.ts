import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Vardiff, type VardiffOptions } from '../src/index.ts';
import { INTERVAL, OPTIONS } from './vardiff-simulation.ts';

const HOUR = 3_600_000;

/** A regular miner: `perLook` shares of the weight in force in each second. @returns every change */
function regular(vardiff: Vardiff, from: number, looks: number, perLook: (look: number) => number): bigint[] {
  const changes: bigint[] = [];
  for (let look = 1; look <= looks; look += 1) {
    for (let i = perLook(look); i > 0; i -= 1) vardiff.onShare(vardiff.weight);
    const changed = vardiff.retarget(from + look * 1000);
    if (changed !== undefined) changes.push(changed);
  }
  return changes;
}

/** Settles a miner whose shares come evenly at 1000 hashes a second. @returns the time */
function settle(vardiff: Vardiff, from = 0): number {
  let work = 0;
  const seconds = 600;
  for (let look = 1; look <= seconds; look += 1) {
    for (work += 1000; work >= Number(vardiff.weight); work -= Number(vardiff.weight)) {
      vardiff.onShare(vardiff.weight);
    }
    vardiff.retarget(from + look * 1000);
  }
  assert.ok(Math.abs(Number(vardiff.weight) / 10_000 - 1) < 0.05, `settled at ${vardiff.weight}`);
  return from + seconds * 1000;
}

test('one step up is at most 256-fold, and one step down to an eighth', () => {
  const up = new Vardiff(OPTIONS, 0);
  for (let i = 0; i < 10_000; i += 1) up.onShare(10_000n);
  assert.equal(up.retarget(1000), 256n * 10_000n);
  const down = new Vardiff(OPTIONS, 0);
  const [first] = regular(down, 0, 7, () => 0);
  assert.equal(first, 10_000n / 8n);
});

test('a perfectly regular miner at the right weight is left alone once it is known', () => {
  const vardiff = new Vardiff(OPTIONS, 0);
  let now = settle(vardiff);
  const { weight } = vardiff;
  for (; now < 20 * HOUR; now += 1000) {
    if (now % INTERVAL === 0) vardiff.onShare(weight);
    assert.equal(vardiff.retarget(now + 1000), undefined);
  }
});

test('shares that were on their way under the former weight change nothing', () => {
  const vardiff = new Vardiff(OPTIONS, 0);
  for (let i = 0; i < 100; i += 1) vardiff.onShare(10_000n);
  const raised = vardiff.retarget(1000);
  assert.ok(raised !== undefined);
  for (let second = 2; second < 20; second += 1) {
    for (let i = 0; i < 100; i += 1) vardiff.onShare(10_000n);
    assert.equal(vardiff.retarget(second * 1000), undefined);
  }
});

test('a miner that never takes up the new weight is measured by what it does', () => {
  const vardiff = new Vardiff({ ...OPTIONS, startWeight: 1000n }, 0);
  let changes = 0;
  for (let second = 1; second < 3600; second += 1) {
    for (let i = 0; i < 3; i += 1) vardiff.onShare(1000n);
    if (vardiff.retarget(second * 1000) !== undefined) changes += 1;
  }
  assert.ok(Math.abs(Number(vardiff.weight) / 30_000 - 1) < 0.1, `weight ${vardiff.weight}`);
  assert.ok(changes < 5, `${changes} changes`);
});

test('a weight it computes is one of 64 in an octave, so that few targets exist', () => {
  const seen = new Set<bigint>();
  for (let rate = 1; rate < 3000; rate += 1) {
    const vardiff = new Vardiff({ ...OPTIONS, startWeight: 1n << 40n }, 0);
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

test('it starts within its bounds and steps no further than they', () => {
  const low = new Vardiff({ ...OPTIONS, minWeight: 500n, startWeight: 1n }, 0);
  assert.equal(low.weight, 500n);
  assert.deepEqual(
    regular(low, 0, 4000, () => 0),
    [],
  );
  const high = new Vardiff({ ...OPTIONS, maxWeight: 700n }, 0);
  assert.equal(high.weight, 700n);
  assert.deepEqual(
    regular(high, 0, 600, () => 20),
    [],
  );
});

test('a weight is at least 1, also where the bounds say 0', () => {
  const vardiff = new Vardiff({ ...OPTIONS, minWeight: 0n, startWeight: 0n }, 0);
  assert.equal(vardiff.weight, 1n);
  assert.deepEqual(
    regular(vardiff, 0, 1000, () => 0),
    [],
  );
});

test('a suggestion is a new start within the bounds, and the search goes on from it', () => {
  const vardiff = new Vardiff({ ...OPTIONS, minWeight: 10n, maxWeight: 5000n }, 0);
  assert.equal(vardiff.suggest(20n, 0), 20n);
  assert.equal(vardiff.suggest(20n, 0), undefined);
  assert.equal(vardiff.suggest(0n, 0), 10n);
  assert.equal(vardiff.suggest(1n << 200n, 0), 5000n);
  assert.ok(regular(vardiff, 0, 20, () => 0).length > 0);
});

test('suggestions by the dozen are no way to keep the weight low', () => {
  const vardiff = new Vardiff(OPTIONS, 0);
  let taken = 0;
  for (let now = 0; now < 600_000; now += 1000) {
    vardiff.onShare(vardiff.weight);
    if (vardiff.suggest(1n, now) !== undefined) taken += 1;
    vardiff.retarget(now + 500);
  }
  assert.ok(taken <= 14, `${taken} taken`);
});

test('a weight that the password fixes stays within the bounds, whatever comes and is suggested', () => {
  const vardiff = new Vardiff({ ...OPTIONS, minWeight: 10n, maxWeight: 5000n }, 0);
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
  const vardiff = new Vardiff({ ...OPTIONS, fixed: true }, 0);
  assert.deepEqual(
    regular(vardiff, 0, 600, () => 50),
    [],
  );
  assert.equal(vardiff.suggest(5n, 600_000), undefined);
  assert.equal(vardiff.fix(5n, 600_000), undefined);
  assert.equal(vardiff.weight, 10_000n);
});

test('a reload moves a weight into the new bounds and leaves another one alone', () => {
  const vardiff = new Vardiff(OPTIONS, 0);
  const now = settle(vardiff);
  const { weight } = vardiff;
  assert.equal(vardiff.update({ ...OPTIONS, startWeight: 5n, maxWeight: 1n << 40n }, now), undefined);
  assert.equal(vardiff.weight, weight);
  assert.equal(vardiff.update({ ...OPTIONS, maxWeight: 2000n }, now), 2000n);
  assert.equal(vardiff.update({ ...OPTIONS, minWeight: 3000n }, now), 3000n);
});

test('a reload with another interval leads the known rate to another weight', () => {
  const vardiff = new Vardiff(OPTIONS, 0);
  const now = settle(vardiff);
  assert.equal(vardiff.update({ ...OPTIONS, intervalMs: 40_000 }, now), undefined);
  assert.ok(Math.abs(Number(vardiff.retarget(now + 1000)) / 40_000 - 1) < 0.05);
});

test('a reload fixes a port at its start weight, and lets it go again', () => {
  const vardiff = new Vardiff(OPTIONS, 0);
  const now = settle(vardiff);
  assert.equal(vardiff.update({ ...OPTIONS, fixed: true, startWeight: 777n }, now), 777n);
  assert.deepEqual(
    regular(vardiff, now, 100, () => 9),
    [],
  );
  assert.equal(vardiff.update({ ...OPTIONS, startWeight: 777n }, now + 100_000), undefined);
  assert.ok(regular(vardiff, now + 100_000, 10, () => 9).length > 0);
});

test('a clock that stands still or steps back breaks nothing, and no share is lost to it', () => {
  const vardiff = new Vardiff(OPTIONS, 10_000);
  for (let i = 0; i < 20; i += 1) vardiff.onShare(10_000n);
  assert.equal(vardiff.retarget(9000), undefined);
  assert.equal(vardiff.retarget(10_000), undefined);
  assert.ok(Number(vardiff.retarget(11_000)) > 100_000);
});

test('minutes in which this process slept are no silence of the miner', () => {
  const vardiff = new Vardiff(OPTIONS, 0);
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

test('the time without a connection is no silence either', () => {
  const vardiff = new Vardiff(OPTIONS, 0);
  let now = settle(vardiff);
  for (let time = 0; time < 100; time += 1) {
    now += 9_000;
    vardiff.resumed(now);
    now += 500;
    assert.equal(vardiff.retarget(now), undefined);
  }
});

/** Anything that can happen to one. */
const event = fc.record({
  after: fc.oneof(fc.constant(1000), fc.nat({ max: 200_000 })),
  shares: fc.oneof(fc.constant(0), fc.nat({ max: 300 })),
  late: fc.boolean(),
  act: fc.constantFrom('retarget', 'retarget', 'retarget', 'suggest', 'fix', 'update', 'resumed'),
  weight: fc.bigInt(0n, 1n << 62n),
});

test('whatever comes, the weight stays within its bounds and takes no longer step than allowed', () => {
  const bounds = fc.tuple(fc.bigInt(1n, 1n << 60n), fc.bigInt(1n, 1n << 60n), fc.bigInt(1n, 1n << 60n));
  fc.assert(
    fc.property(bounds, fc.array(event, { maxLength: 60 }), ([a, b, startWeight], events) => {
      const [minWeight, maxWeight] = a < b ? [a, b] : [b, a];
      let options: VardiffOptions = { intervalMs: INTERVAL, minWeight, maxWeight, startWeight };
      const vardiff = new Vardiff(options, 0);
      let now = 0;
      let former = vardiff.weight;
      for (const { after, shares, late, act, weight } of events) {
        now += after;
        for (let i = 0; i < shares; i += 1) vardiff.onShare(late ? former : vardiff.weight);
        const before = vardiff.weight;
        if (act === 'update')
          options = { ...options, minWeight: 1n + weight / 8n, maxWeight: 1n + weight / 2n };
        if (act === 'resumed') vardiff.resumed(now);
        const changed =
          act === 'update'
            ? vardiff.update(options, now)
            : act === 'resumed'
              ? undefined
              : act === 'retarget'
                ? vardiff.retarget(now)
                : vardiff[act](weight, now);
        assert.equal(changed, vardiff.weight === before ? undefined : vardiff.weight);
        assert.ok(vardiff.weight >= options.minWeight && vardiff.weight <= options.maxWeight);
        if (act === 'retarget') {
          // A reload is the one that may move a weight at once to where its bounds are.
          assert.ok(vardiff.weight <= before * 256n && vardiff.weight >= before / 8n);
        }
        if (changed !== undefined) former = before;
      }
    }),
    { numRuns: 300 },
  );
});
