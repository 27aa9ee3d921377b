import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LooseTarget, type LooseTargetOptions } from '../src/truechain/loose-target.ts';
import { TrueSimulation } from './support/true-simulation.ts';

const OPTIONS: LooseTargetOptions = {
  startWeight: 3_000n,
  minWeight: 1n,
  maxWeight: 1n << 60n,
  fixed: false,
  shareIntervalMs: 10_000,
};
/** Hashes per millisecond of one thread of the reference miner: 200 a second. */
const CPU = 0.2;
const MINUTE = 60_000;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('the reference miner hashes nine tenths of its time from the second minute on, whatever the start weight was', () => {
  for (const threads of [1, 4]) {
    for (const factor of [0.001, 0.03, 1, 30, 1000]) {
      const startWeight = BigInt(Math.max(1, Math.round(3_000 * threads * factor)));
      const busy = [1, 2, 3, 4, 5, 6].map((seed) => {
        const simulation = new TrueSimulation({ seed, loose: { ...OPTIONS, startWeight } });
        const { miner } = simulation.add({ threads, hashesPerMs: CPU });
        simulation.run(MINUTE);
        miner.count();
        simulation.run(4 * MINUTE);
        return miner.busy;
      });
      assert.ok(mean(busy) >= 0.9, `${threads} threads, start off by ${factor}: ${busy}`);
    }
  }
});

test('a miner that is a thousand times slower than the fastest finds shares, and the fastest does not flood', () => {
  const simulation = new TrueSimulation({ seed: 3, loose: OPTIONS });
  const fast = simulation.add({ threads: 1, hashesPerMs: 1000 * CPU, sleepMs: 1 });
  const slow = simulation.add({ threads: 1, hashesPerMs: CPU });
  simulation.run(60 * MINUTE);
  const before = { fast: fast.shares, slow: slow.shares };
  simulation.run(120 * MINUTE);
  // A share in ten minutes is wanted: of twelve, fewer than four happen once in 600 runs with other seeds.
  assert.ok(slow.shares - before.slow >= 4, `${slow.shares - before.slow} shares in two hours`);
  assert.ok(fast.shares - before.fast <= 4 * 7200, `${fast.shares - before.fast} shares in two hours`);
});

test('the reference miner sends nonce 0 only after clean jobs, since no other job comes before it sleeps', () => {
  const simulation = new TrueSimulation({ seed: 5, loose: OPTIONS });
  const { miner } = simulation.add({ threads: 4, hashesPerMs: CPU });
  simulation.run(20 * MINUTE);
  const zeros = miner.submitted.filter(({ nonce }) => nonce === '0').length;
  assert.ok(miner.submitted.length > 70, String(miner.submitted.length));
  // Only a clean job may come before a thread sleeps, since clean jobs cannot wait.
  assert.ok(zeros <= 2, `${zeros} of ${miner.submitted.length}`);
});

test('a target seldom moves, because its changes are clean jobs, and the credit is equal to the work', () => {
  const simulation = new TrueSimulation({ seed: 7, loose: { ...OPTIONS, startWeight: 6_000n } });
  for (let i = 0; i < 12; i += 1) simulation.add({ threads: 1 + (i % 4), hashesPerMs: CPU });
  simulation.run(5 * MINUTE);
  const settled = simulation.weights.length;
  simulation.run(15 * MINUTE);
  const { weights } = simulation;
  const changes = weights.slice(settled).filter((weight, i) => i > 0 && weight !== weights[settled + i - 1]);
  assert.ok(changes.length <= 15, `${changes.length} changes in 15 minutes`);
  const [credited, work, shares] = (['credited', 'work', 'shares'] as const).map((what) =>
    simulation.seats.reduce((sum, seat) => sum + seat[what], 0),
  ) as [number, number, number];
  assert.ok(Math.abs(credited / work - 1) < 4 / Math.sqrt(shares), `${credited / work} of the work`);
});

test('a new connection without shares makes shares neither easier nor harder for the others', () => {
  const target = new LooseTarget(OPTIONS, 0);
  let now = 0;
  const second = () => {
    now += 1_000;
    target.look(now, false);
  };
  target.join(1, now);
  for (let i = 1; i <= 600; i += 1) {
    second();
    if (i % 15 === 0) target.share(1, target.weight, now);
    if (i % 10 === 0) target.join(1_000 + i, now);
    if (i % 10 === 9) target.leave(1_000 + i - 9, now);
    target.hold(target.propose(now), now);
    assert.equal(target.weight, 3_000n, `after ${i} s`);
  }
});

test('without connections the weight goes back to the start weight, but not at once', () => {
  const target = new LooseTarget(OPTIONS, 0, 48_000n);
  target.join(1, 0);
  target.leave(1, 1_000);
  assert.equal(target.propose(120_999), 48_000n);
  assert.equal(target.propose(121_000), 3_000n);
});

test('silence while no share can be credited says nothing', () => {
  const target = new LooseTarget(OPTIONS, 0);
  target.join(1, 0);
  for (let now = 0; now <= 600_000; now += 1_000) target.look(now, true);
  assert.equal(target.propose(600_000), 3_000n);
  for (let now = 601_000; now <= 660_000; now += 1_000) target.look(now, false);
  assert.ok(target.propose(660_000) < 1_500n);
});

test('bounds hold, and a fixed weight stays', () => {
  const bounded = new LooseTarget({ ...OPTIONS, minWeight: 2_900n, maxWeight: 3_100n }, 0, 99n);
  assert.equal(bounded.weight, 2_900n);
  const fixed = new LooseTarget({ ...OPTIONS, fixed: true }, 0);
  for (const target of [bounded, fixed]) {
    target.join(1, 0);
    for (let i = 1; i <= 100; i += 1) target.share(1, target.weight, i);
    for (let now = 1_000; now <= 40_000; now += 1_000) target.look(now, false);
  }
  assert.equal(bounded.propose(40_000), 3_100n);
  assert.equal(fixed.propose(40_000), 3_000n);
  bounded.update({ ...OPTIONS, maxWeight: 2n });
  assert.equal(bounded.propose(41_000), 2n);
});

test('late shares of an easier header do not make a miner look faster', () => {
  const target = new LooseTarget({ ...OPTIONS, startWeight: 3n }, 0);
  target.join(1, 0);
  for (let now = 1_000; now <= 6_000; now += 1_000) {
    target.look(now, false);
    target.share(1, 3n, now);
  }
  target.hold(target.propose(6_000), 6_000);
  const raised = target.weight;
  assert.ok(raised > 30n);
  for (let i = 1; i <= 20; i += 1) target.share(1, 3n, 6_000 + i * 10);
  target.look(12_000, false);
  assert.ok(target.propose(12_000) <= raised * 2n, `${target.propose(12_000)} after ${raised}`);
});

test('a guest that never hashes cannot make a miner sleep most of its time, however long it stays', () => {
  const simulation = new TrueSimulation({ seed: 11, loose: OPTIONS });
  const { miner } = simulation.add({ threads: 1, hashesPerMs: CPU });
  simulation.target.join(1_000, 0);
  simulation.run(60 * MINUTE);
  miner.count();
  for (let hour = 0; hour < 2; hour += 1) {
    simulation.target.leave(1_000, simulation.now);
    simulation.target.join(1_000, simulation.now);
    simulation.run(58 * MINUTE);
  }
  assert.ok(miner.busy >= 0.7, `${miner.busy}`);
});
