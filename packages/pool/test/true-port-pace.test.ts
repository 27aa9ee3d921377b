import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forVardiff } from '../src/truechain/port.ts';
import { TrueSimulation } from './support/true-simulation.ts';

/** Hashes per millisecond of one thread of the reference miner. */
const CPU = 0.2;
const MINUTE = 60_000;
const PORT = {
  name: 'strict',
  dialect: 'truestratum',
  host: '127.0.0.1',
  port: 0,
  nonce1Bytes: 3,
  startWeight: 3_000n,
  minWeight: 1n,
  maxWeight: 1n << 60n,
  shareIntervalMs: 10_000,
};

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('with the strict prefix, too, the reference miner hashes nine tenths of its time from the second minute on', () => {
  for (const factor of [0.001, 0.03, 1, 30, 1000]) {
    const busy = [1, 2, 3, 4, 5, 6].map((seed) => {
      const startWeight = BigInt(Math.round(3_000 * factor));
      const { shareIntervalMs: intervalMs, ...port } = forVardiff({ ...PORT, startWeight }, true);
      const { minWeight, maxWeight, learningIntervalMs = 0 } = port;
      const strict = { startWeight, minWeight, maxWeight, intervalMs, learningIntervalMs };
      const loose = { startWeight, minWeight, maxWeight, fixed: true, shareIntervalMs: 1_000 };
      const simulation = new TrueSimulation({ seed, loose, strict });
      const { miner } = simulation.add({ threads: 1, hashesPerMs: CPU });
      simulation.run(MINUTE);
      miner.count();
      simulation.run(4 * MINUTE);
      return miner.busy;
    });
    assert.ok(mean(busy) >= 0.9, `start off by ${factor}: ${busy}`);
  }
});

test('without the strict prefix the weight of a connection never changes', () => {
  const { fixedWeight, startWeight } = forVardiff(PORT, false);
  assert.deepEqual([fixedWeight, startWeight], [true, 1n]);
});
