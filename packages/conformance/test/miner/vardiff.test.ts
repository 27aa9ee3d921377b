import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Vardiff } from '../../src/miner/probe/vardiff.ts';
import { Datasets } from '../../src/miner/truestratum/datasets.ts';
import { TrueStratumMinerDialect } from '../../src/miner/truestratum/dialect.ts';
import { ZcashMinerDialect } from '../../src/miner/zcash/dialect.ts';
import { SMALL } from './scripted-miner.ts';

const PACE_MS = 250;
const zcash = new ZcashMinerDialect(SMALL);
const truestratum = new TrueStratumMinerDialect(new Datasets());

/** Feeds the shares that a miner of this rate finds in regular steps. @returns how many came in each ten seconds */
function mine(
  vardiff: Vardiff,
  dialect: typeof zcash | typeof truestratum,
  rate: number,
  burst = 1,
): number[] {
  const counts: number[] = [];
  let now = 0;
  for (let window = 0; window < 4; window += 1) {
    let count = 0;
    const end = now + 10_000;
    while (now < end) {
      const { target } = vardiff;
      now += (burst * Number(dialect.weight(target)) * 1000) / rate;
      for (let i = 0; i < burst; i += 1) vardiff.share(target, now);
      count += burst;
    }
    counts.push(count);
  }
  return counts;
}

test('whatever the rate and the bursts, shares soon come about every paceMs', () => {
  for (const dialect of [zcash, truestratum]) {
    for (const rate of [200, 50_000, 420_000]) {
      for (const burst of [1, 32]) {
        const counts = mine(new Vardiff({ paceMs: PACE_MS }, { dialect }), dialect, rate, burst);
        const [, , third = 0, fourth = 0] = counts;
        for (const count of [third, fourth]) {
          assert.ok(
            count >= 10 && count <= 130,
            `${dialect.name} at ${rate}/s in bursts of ${burst}: ${counts}`,
          );
        }
      }
    }
  }
});

test('a slow miner gets at most the widest target', () => {
  const vardiff = new Vardiff({ paceMs: PACE_MS, rate: 1_000_000 }, { dialect: zcash });
  mine(vardiff, zcash, 2);
  assert.equal(vardiff.target, zcash.widestTarget);
});

test('a known rate avoids the flood of the first shares', () => {
  for (const dialect of [zcash, truestratum]) {
    const [first = 0] = mine(new Vardiff({ paceMs: PACE_MS, rate: 420_000 }, { dialect }), dialect, 420_000);
    assert.ok(first <= 60, `${dialect.name}: ${first} shares in ten seconds`);
  }
});
