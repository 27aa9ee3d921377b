import { encodeHex } from '@adit/primitives';
import { type Habit, HonestMiner } from './honest-miner.ts';
import { type WorldOptions, ZcashWorld } from './zcash-world.ts';

export interface HonestResult {
  readonly rate: number;
  readonly habit: Habit;
  readonly work: number;
  readonly credit: number;
  /** Standard error of credit / work. */
  readonly error: number;
  readonly refused: number;
  /** Number of targets by which its shares were paid. */
  readonly targets: number;
}

const STEP_MS = 1_000;
const RATES = [0.5, 2, 6, 12];

/**
 * Honest miners of all rates on a pool whose targets, works and tips move for some hours.
 * @param blockSeconds mean time between two tips
 */
export async function runHonest(options: {
  readonly seed: number;
  readonly makesWork: WorldOptions['makesWork'];
  readonly hours: number;
  readonly blockSeconds: number;
}): Promise<HonestResult[]> {
  const real = performance.now;
  try {
    const world = new ZcashWorld({
      seed: options.seed,
      makesWork: options.makesWork,
      ports: [2n, 64n],
      minWeight: 2n,
      maxWeight: 256n,
    });
    await world.start();
    const { random } = world;
    world.give({ tip: 0, content: 0 });
    const miners = RATES.flatMap((rate) =>
      (['every job', 'clean jobs'] as const).map(
        (habit) =>
          new HonestMiner(
            { rate, habit, port: random.below(2), password: random.pick(['x', 'd=16']) ?? 'x' },
            world,
          ),
      ),
    );
    let tip = 0;
    for (let second = 0; second < options.hours * 3600; second += 1) {
      for (const miner of miners) await miner.mine(STEP_MS);
      await world.pass(STEP_MS);
      const draw = random.next();
      if (draw < 1 / options.blockSeconds) {
        tip += 1;
        world.give({ tip, content: 0 });
      } else if (second % 20 === 0) world.give({ tip, content: second });
      else if (second % 5 === 0) world.give({ tip, content: second }, 'order');
    }
    return miners.map((miner) => resultOf(miner, world));
  } finally {
    performance.now = real;
  }
}

function resultOf(miner: HonestMiner, world: ZcashWorld): HonestResult {
  const shares = world.credited.filter(({ digest }) => miner.digests.has(encodeHex(digest)));
  const weights = shares.map(({ weight }) => Number(weight));
  const { work, refused } = miner;
  return {
    rate: miner.options.rate,
    habit: miner.options.habit,
    work,
    credit: weights.reduce((sum, weight) => sum + weight, 0),
    error: Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0)) / work,
    refused,
    targets: new Set(shares.map(({ shareTarget }) => shareTarget)).size,
  };
}
