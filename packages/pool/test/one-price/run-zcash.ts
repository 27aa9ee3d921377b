import { encodeHex } from '@adit/primitives';
import { GreedyMiner } from './greedy-miner.ts';
import { type WorldOptions, ZcashWorld } from './zcash-world.ts';

export interface StrategyResult {
  /** Hashes computed, and those that were handed in. */
  readonly work: number;
  readonly used: number;
  readonly credit: number;
  /** Sum of the squares of the credited weights: the variance of the credit, to good approximation. */
  readonly squares: number;
  readonly shares: number;
  readonly answers: ReadonlyMap<string, number>;
  /** Header spaces whose shares were credited with more than one target. */
  readonly twoPriced: readonly string[];
}

export interface RunOptions {
  readonly seed: number;
  readonly makesWork: WorldOptions['makesWork'];
  readonly moves: number;
  readonly burst: number;
}

/** One random strategy against one pool. Everything follows from the seed. */
export async function runStrategy({ seed, makesWork, moves, burst }: RunOptions): Promise<StrategyResult> {
  const real = performance.now;
  try {
    const world = new ZcashWorld({
      seed,
      makesWork,
      ports: [2n, 16n, 128n],
      minWeight: 2n,
      maxWeight: 128n,
      graceMs: seed % 3 === 0 ? 30_000 : 0,
    });
    await world.start();
    const { random } = world;
    // In some strategies one node lets the pool write into its coinbase, and another does not.
    const opaque = () => seed % 4 === 0 && random.next() < 0.5;
    const miner = new GreedyMiner({ burst, maxConnections: 2 + random.below(10) }, world);
    world.give({ tip: 0, content: 0 });
    for (let i = 0; i < moves; i += 1) {
      await miner.move();
      const draw = random.next();
      if (draw < 0.3) await world.pass(50 * (1 + random.below(60)));
      else if (draw < 0.33) await world.pass(10_000 + 1_000 * random.below(60));
      else if (draw < 0.35) {
        // The miner held back its own block, so it knows the next template.
        world.give({ tip: world.highest + 1, content: 0, opaque: opaque() });
      } else if (draw < 0.36 && world.highest > 0)
        world.give({ tip: world.highest - 1, content: random.below(world.newest + 1), opaque: opaque() });
      else if (draw < 0.44) {
        const next = { tip: world.template?.tip ?? 0, content: world.newest + 1, opaque: opaque() };
        world.give(next, random.next() < 0.5 ? 'order' : 'content');
      } else if (draw < 0.442) await world.pass(601_000);
      else if (draw < 0.45) world.reload([2n, 16n, 128n].map((start) => start << BigInt(random.below(2))));
      else if (draw < 0.455) {
        miner.drop();
        await world.start();
      }
    }
    await miner.finish();
    return resultOf(world, miner);
  } finally {
    performance.now = real;
  }
}

function resultOf(world: ZcashWorld, miner: GreedyMiner): StrategyResult {
  const targets = new Map<string, bigint>();
  const twoPriced = new Set<string>();
  let credit = 0;
  let squares = 0;
  for (const { weight, digest, shareTarget } of world.credited) {
    credit += Number(weight);
    squares += Number(weight) ** 2;
    const space = miner.spaces.get(encodeHex(digest)) ?? 'unknown';
    const known = targets.get(space);
    if (known !== undefined && known !== shareTarget) twoPriced.add(space);
    targets.set(space, shareTarget);
  }
  return {
    work: miner.work,
    used: miner.used,
    credit,
    squares,
    shares: world.credited.length,
    answers: miner.answers,
    twoPriced: [...twoPriced],
  };
}
