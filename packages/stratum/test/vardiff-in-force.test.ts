import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Vardiff } from '../src/index.ts';
import { connected, OPTIONS } from './vardiff-simulation.ts';

// A weight is only wanted until a job has it. Shares that come before that belong to the former weight.

type Change = readonly [second: number, weight: bigint];

/** Makes one look per second, with shares of this weight before it. No wanted weight comes into force. */
function looks(
  vardiff: Vardiff,
  from: number,
  seconds: number,
  shares: (second: number) => number,
  weight: bigint,
): Change[] {
  const changes: Change[] = [];
  for (let second = 1; second <= seconds; second += 1) {
    for (let left = shares(second); left > 0; left -= 1) vardiff.onShare(weight);
    const wanted = vardiff.retarget((from + second) * 1000);
    if (wanted !== undefined) changes.push([second, wanted]);
  }
  return changes;
}

const every = (seconds: number) => (second: number) => (second % seconds === 0 ? 1 : 0);
const silent = () => 0;

/**
 * Mines 1000 hashes per second for ten minutes, with each change at once: the rate is known, at a weight near 10,000.
 */
function settled(): Vardiff {
  const vardiff = connected();
  let work = 0;
  for (let second = 1; second <= 600; second += 1) {
    for (work += 1000; work >= Number(vardiff.weight); work -= Number(vardiff.weight))
      vardiff.onShare(vardiff.weight);
    const wanted = vardiff.retarget(second * 1000);
    if (wanted !== undefined) vardiff.granted(wanted, second * 1000);
  }
  assert.equal(vardiff.weight, 9984n);
  return vardiff;
}

test('one silence gives one step: the next step needs a new silence, after the first has taken effect', () => {
  const vardiff = connected({ ...OPTIONS, startWeight: 4096n });
  const [first, ...more] = looks(vardiff, 0, 12, silent, 4096n);
  assert.deepEqual([first, more], [[7, 512n], []]);
  // The step took effect after a minute: the silence before that says nothing about the new weight.
  looks(vardiff, 12, 48, silent, 4096n);
  const { weight } = vardiff;
  vardiff.granted(weight, 60_000);
  assert.deepEqual(looks(vardiff, 60, 3, silent, weight), []);
  assert.equal(looks(vardiff, 63, 1, silent, weight).length, 1);
});

test('a step that waits for its job grows with the silence, up to the most likely rate', () => {
  const vardiff = connected({ ...OPTIONS, startWeight: 1_000_000n });
  looks(vardiff, 0, 150, silent, 1_000_000n);
  // 150 s without a share: at a rate of one in 150 s, 1/75 of the weight brings one in two seconds.
  assert.ok(Math.abs(Number(vardiff.weight) / (1_000_000 / 75) - 1) < 0.1, `${vardiff.weight}`);
});

test('a known miner that is silent gets one step down while that step waits for its job, however long', () => {
  const vardiff = settled();
  const changes = looks(vardiff, 600, 900, silent, 9984n);
  assert.deepEqual(changes, [[94, 4992n]]);
  vardiff.granted(4992n, 1_500_000);
  assert.deepEqual(looks(vardiff, 1500, 60, silent, 4992n), []);
  assert.deepEqual(looks(vardiff, 1560, 1, silent, 4992n), [[1, 2496n]]);
});

test('a miner that goes on at the former weight is measured by it until a job brings the wanted one', () => {
  const vardiff = connected();
  // 1000 hashes a second: one share in ten, five times too slow for learning; the next work comes after two minutes.
  looks(vardiff, 0, 120, every(10), 10_000n);
  assert.ok(Math.abs(Number(vardiff.weight) / 2000 - 1) < 0.25, `${vardiff.weight}`);
});

test('a step up of any size comes at once if shares prove it, and is exact once enough shares came', () => {
  const vardiff = connected({ ...OPTIONS, startWeight: 10n });
  const [first] = looks(vardiff, 0, 25, () => 100, 10n);
  // A thousand times too easy: a hundred shares in the first second are enough to know it by 10 %.
  assert.deepEqual(first, [1, 9984n]);
  assert.ok(Math.abs(Number(vardiff.weight) / 10_000 - 1) < 0.1, `${vardiff.weight}`);
});

test('shares that wait to be read are not a measure: the step is repeated from the next weight', () => {
  const vardiff = connected({ ...OPTIONS, startWeight: 10n });
  for (let second = 1; second <= 20; second += 1) {
    vardiff.slowed();
    for (let left = 200; left > 0; left -= 1) vardiff.onShare(10n);
    vardiff.retarget(second * 1000);
  }
  // The pool read 200 shares of weight 10 per second. At that rate, a weight of 4,000 gives one share in two seconds:
  // the least that the miner does. The search goes on from there.
  assert.ok(Math.abs(Number(vardiff.weight) / 4000 - 1) < 0.1, `${vardiff.weight}`);
  const { weight } = vardiff;
  vardiff.granted(weight, 20_000);
  const [next] = looks(vardiff, 20, 2, () => 150, weight);
  assert.ok(Number(next?.[1]) / Number(weight) > 1000);
});

test('late shares of the former weight change nothing, neither up nor down', () => {
  const vardiff = settled();
  vardiff.update({ ...OPTIONS, minWeight: 40_000n }, 600_000);
  vardiff.granted(40_000n, 600_000);
  assert.deepEqual(
    looks(vardiff, 600, 20, (second) => (second === 20 ? 300 : 0), 9984n),
    [],
  );
});

test('shares that a stalled line delivers at once are not taken for a doubled rate', () => {
  const vardiff = settled();
  const stall = (second: number) => (second < 90 ? 0 : second === 90 ? 9 : second % 10 === 0 ? 1 : 0);
  assert.deepEqual(looks(vardiff, 600, 400, stall, 9984n), []);
});

test('a weight that a miner asks for is tried: no other weight is wanted until it is in force', () => {
  const vardiff = settled();
  assert.equal(vardiff.suggest(500_000n, 600_000), 500_000n);
  assert.deepEqual(looks(vardiff, 600, 300, every(10), 9984n), []);
  // A job from before the suggestion: the suggested weight still waits.
  vardiff.granted(9984n, 900_000);
  assert.deepEqual(looks(vardiff, 900, 100, every(10), 9984n), []);
  vardiff.granted(500_000n, 1_000_000);
  assert.deepEqual(looks(vardiff, 1000, 7, silent, 500_000n), [[7, 62_464n]]);
});

test('if the chain’s own target is easier, the rate is learnt from the shares at that target', () => {
  const vardiff = connected({ ...OPTIONS, startWeight: 500n });
  vardiff.granted(500n, 0, 100n);
  for (let second = 1; second <= 400; second += 1) {
    for (let left = 10; left > 0; left -= 1) vardiff.onShare(100n);
    const wanted = vardiff.retarget(second * 1000);
    if (wanted !== undefined) vardiff.granted(wanted, second * 1000, wanted < 100n ? wanted : 100n);
  }
  assert.ok(Math.abs(Number(vardiff.weight) / 10_000 - 1) < 0.1, `${vardiff.weight}`);
});

test('a job with the weight of an earlier suggestion leaves the later suggestion pending', () => {
  const vardiff = settled();
  vardiff.suggest(20_000n, 600_000);
  vardiff.suggest(40_000n, 600_500);
  vardiff.granted(20_000n, 601_000);
  assert.deepEqual(looks(vardiff, 601, 200, every(20), 20_000n), []);
  assert.equal(vardiff.weight, 40_000n);
});
