import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Foreseer } from './one-price/foreseer.ts';
import { type WorldOptions, ZcashWorld } from './one-price/zcash-world.ts';

/** A scheme of a miner that hashes works before the pool has them, and then chooses their worth by its luck. */
interface Scheme {
  readonly options: Omit<WorldOptions, 'seed' | 'minWeight' | 'maxWeight'>;
  readonly rounds: number;
  /** Plays one round. @returns the connections whose work counts */
  round(world: ZcashWorld, round: number): Promise<readonly Foreseer[]>;
}

const MOMENT_MS = 100;
/** A silence that is long enough for three steps of the vardiff. */
const SILENCE_MS = 8_000;
const LEVELS = [1024n, 256n, 64n, 16n, 4n, 2n];

function several(world: ZcashWorld, count: number): Foreseer[] {
  return Array.from({ length: count }, () => new Foreseer(world));
}

async function cash(world: ZcashWorld, ones: readonly Foreseer[]): Promise<readonly Foreseer[]> {
  await world.pass(MOMENT_MS);
  for (const one of ones) {
    await one.cashIn();
    assert.ok(one.miner.jobs.length > 0, 'each connection has a job');
    one.miner.close();
  }
  return ones;
}

/** The weight that would bring the miner most. */
function bestFor(one: Foreseer): bigint {
  return LEVELS.toSorted((a, b) => one.creditAt(b) - one.creditAt(a))[0] ?? 64n;
}

const SCHEMES: Readonly<Record<string, Scheme>> = {
  'a miner that knows the next template of a tip, and asks for the target that suits it': {
    options: { makesWork: false, ports: [64n] },
    rounds: 60,
    async round(world, round) {
      const ones = several(world, 10);
      for (const one of ones) {
        one.hash({ tip: 0, content: round }, 8);
        one.miner.authorize(`d=${bestFor(one)}`);
      }
      await world.pass(MOMENT_MS);
      world.give({ tip: 0, content: round });
      return await cash(world, ones);
    },
  },
  'a miner that knows the next template of a tip, and is silent where silence pays': {
    options: { makesWork: false, ports: [64n] },
    rounds: 60,
    async round(world, round) {
      const ones = several(world, 10);
      for (const one of ones) {
        one.hash({ tip: 0, content: round }, 8);
        // The miner asks for the present weight, so that it stays. Otherwise the pool makes shares easier by itself.
        if (one.creditAt(64n) > 0) one.miner.authorize('d=64');
      }
      await world.pass(SILENCE_MS);
      world.give({ tip: 0, content: round });
      return await cash(world, ones);
    },
  },
  'a miner that is silent for several steps, with a work for each': {
    options: { makesWork: false, ports: [512n] },
    rounds: 160,
    async round(world, round) {
      const ones = several(world, 20);
      const wanted = 5 * round + 4;
      for (const one of ones) one.hash({ tip: 0, content: wanted }, 4);
      for (let step = 0; step < 3; step += 1) {
        for (const one of ones) {
          one.miner.hear();
          if (one.creditAt(one.weight) > 0) one.miner.authorize(`d=${one.weight}`);
        }
        await world.pass(SILENCE_MS);
        world.give({ tip: 0, content: 5 * round + step });
        await world.pass(MOMENT_MS);
      }
      world.give({ tip: 0, content: wanted });
      return await cash(world, ones);
    },
  },
  'a miner that holds a block back while it is silent': {
    options: { makesWork: false, ports: [64n] },
    rounds: 60,
    async round(world, tip) {
      const ones = several(world, 10);
      for (const one of ones) {
        one.hash({ tip, content: 0 }, 8);
        if (one.creditAt(64n) > 0) one.miner.authorize('d=64');
      }
      await world.pass(SILENCE_MS);
      world.give({ tip, content: 0 });
      return await cash(world, ones);
    },
  },
  'a miner that holds a block back, and changes a target from before the last block if it does not suit': {
    options: { makesWork: false, ports: [16n] },
    rounds: 200,
    async round(world, round) {
      const tip = 2 * round;
      const ones = several(world, 10);
      for (const one of ones) one.miner.authorize('d=256');
      await world.pass(MOMENT_MS);
      world.give({ tip, content: 0 });
      await world.pass(MOMENT_MS);
      for (const one of ones) {
        one.hash({ tip: tip + 1, content: 0 }, 8);
        if (one.creditAt(256n) < one.creditAt(16n)) one.miner.authorize('d=16');
      }
      await world.pass(MOMENT_MS);
      world.give({ tip: tip + 1, content: 0 });
      return await cash(world, ones);
    },
  },
  'a miner that changes such a target by a disconnection and a resumed session': {
    options: { makesWork: false, ports: [16n] },
    rounds: 200,
    async round(world, round) {
      const tip = 2 * round;
      const ones = several(world, 10);
      for (const one of ones) one.miner.authorize('d=256');
      await world.pass(MOMENT_MS);
      world.give({ tip, content: 0 });
      await world.pass(MOMENT_MS);
      const back = ones.map((one) => {
        one.hash({ tip: tip + 1, content: 0 }, 8);
        return one.creditAt(256n) > 0 ? one : one.resume();
      });
      await world.pass(MOMENT_MS);
      world.give({ tip: tip + 1, content: 0 });
      return await cash(world, back);
    },
  },
  'a miner that asks for a target before the node goes back and forth between two tips': {
    options: { makesWork: false, ports: [16n] },
    rounds: 200,
    async round(world, tip) {
      world.give({ tip, content: 0 });
      const ones = several(world, 10);
      for (const one of ones) {
        one.hash({ tip, content: 9 }, 8);
        if (one.creditAt(16n) === 0) one.miner.authorize('d=2');
      }
      await world.pass(MOMENT_MS);
      world.give({ tip: tip - 1, content: 1 });
      await world.pass(MOMENT_MS);
      world.give({ tip, content: 0 });
      await world.pass(MOMENT_MS);
      world.give({ tip, content: 9 });
      return await cash(world, ones);
    },
  },
  'a miner that gives its block first to a node whose coinbase cannot be varied': {
    options: { makesWork: true, ports: [64n] },
    rounds: 60,
    async round(world, tip) {
      const ones = several(world, 10);
      for (const one of ones) {
        one.hash({ tip, content: 0, opaque: true }, 4);
        one.miner.authorize(`d=${bestFor(one)}`);
      }
      await world.pass(2_000);
      world.give({ tip, content: 0, opaque: true });
      const paid = await cash(world, ones);
      world.give({ tip, content: 0 });
      return paid;
    },
  },
  'a miner that knows two blocks which the nodes of the pool lack': {
    options: { makesWork: false, ports: [64n] },
    rounds: 60,
    async round(world, round) {
      const tip = 2 * round;
      await world.pass(75_000);
      const ones = several(world, 10);
      for (const one of ones) {
        one.hash({ tip, content: 0 }, 8);
        one.miner.authorize(`d=${bestFor(one)}`);
      }
      await world.pass(MOMENT_MS);
      if (round % 2 === 0) world.give({ tip: tip - 1, content: 0 });
      await world.pass(1_000);
      world.give({ tip, content: 0 });
      return await cash(world, ones);
    },
  },
  'a miner that asks for the target that suits a foreseen work before the pool has any work': {
    options: { makesWork: false, ports: [64n] },
    rounds: 40,
    async round(world, round) {
      await world.restart();
      const ones = several(world, 30);
      for (const one of ones) {
        one.hash({ tip: round, content: 0 }, 8);
        one.miner.authorize(`d=${bestFor(one)}`);
      }
      await world.pass(MOMENT_MS);
      world.give({ tip: round, content: 0 });
      return await cash(world, ones);
    },
  },
};

describe('no miner is paid more than it works', () => {
  for (const [who, { options, rounds, round }] of Object.entries(SCHEMES)) {
    test(who, async () => {
      const real = performance.now;
      try {
        const world = new ZcashWorld({ ...options, seed: 7, minWeight: 2n, maxWeight: 1024n });
        await world.start();
        world.give({ tip: 0, content: 0 });
        let work = 0;
        for (let i = 1; i <= rounds; i += 1) {
          for (const one of await round(world, i)) work += one.work;
        }
        const weights = world.credited.map(({ weight }) => Number(weight));
        const ratio = weights.reduce((sum, weight) => sum + weight, 0) / work;
        const error = Math.sqrt(weights.reduce((sum, weight) => sum + weight ** 2, 0)) / work;
        assert.ok(ratio <= 1 + 4 * error, `credit for a hash: ${ratio}, standard error ${error}`);
        assert.ok(error < 0.2, `a standard error of ${error} says nothing`);
        // A pool that pays nothing would prove nothing.
        assert.ok(ratio >= 1 - 4 * error, `credit for a hash: ${ratio}, standard error ${error}`);
      } finally {
        performance.now = real;
      }
    });
  }
});

test('work that was forgotten and comes back is never paid, even on a port that grants grace', async () => {
  const real = performance.now;
  try {
    const world = new ZcashWorld({
      seed: 4,
      makesWork: false,
      ports: [16n],
      minWeight: 2n,
      maxWeight: 1024n,
      graceMs: 30_000,
    });
    await world.start();
    world.give({ tip: 0, content: 0 });
    const ones = several(world, 4);
    for (const one of ones) {
      one.hash({ tip: 0, content: 0 }, 400);
      await one.cashIn();
      one.miner.authorize('d=2');
    }
    const paid = world.credited.length;
    assert.ok(paid > 0);
    for (const tip of [1, 2, 3, 4]) world.give({ tip, content: 0 });
    await world.pass(601_000);
    world.give({ tip: 5, content: 0 });
    await world.pass(1_000);
    world.give({ tip: 0, content: 0 });
    await world.pass(1_000);
    for (const one of ones) await one.cashIn();
    assert.equal(world.credited.length, paid);
  } finally {
    performance.now = real;
  }
});
