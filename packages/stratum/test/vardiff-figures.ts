import { INTERVAL, mean, quantile, SimulatedMiner, type Works } from './vardiff-simulation.ts';

const MINUTE = 60;

/** Whether the pool can make works that nobody could foresee. */
export const WORKS = [
  { name: 'at will', refreshSeconds: 20, atWill: true },
  { name: 'opaque', refreshSeconds: 20, atWill: false },
] as const;
export const BLOCKS = [25, 75, 150] as const;
/** Start weight of a connection, as a multiple of the right weight. */
export const STARTS = [
  { name: '1,000 times too easy', factor: 1 / 1000 },
  { name: 'right', factor: 1 },
  { name: '1,000 times too hard', factor: 1000 },
] as const;

export interface Figures {
  /** Seconds until the weight in force is within 30 % of the right one; the whole time if it never is. */
  readonly settled: readonly number[];
  /** Number of works that brought another weight before that. */
  readonly works: readonly number[];
  /** Shares in the worst minute, and seconds of the longest silence. */
  readonly flood: readonly number[];
  readonly silence: readonly number[];
  readonly shares: readonly number[];
}

/** Miners whose rates are spread evenly over four orders of magnitude, and that ignore jobs that are not clean. */
export function figuresOf(works: Works, factor: number, miners: number, hours: number): Figures {
  const all = Array.from({ length: miners }, (_, index) => {
    const rate = 100 * 10 ** ((4 * index) / miners);
    return lifeOf(works, factor, rate, index * 7919 + 1, hours * 60 * MINUTE);
  });
  return {
    settled: all.map((life) => life.settled),
    works: all.map((life) => life.works),
    flood: all.map((life) => life.flood),
    silence: all.map((life) => life.silence),
    shares: all.map((life) => life.shares),
  };
}

function lifeOf(works: Works, factor: number, rate: number, seed: number, seconds: number) {
  const ideal = (rate * INTERVAL) / 1000;
  const startWeight = BigInt(Math.round(ideal * factor));
  const setup = { seed, rate: () => rate, works, takes: 'clean jobs', options: { startWeight } } as const;
  const miner = new SimulatedMiner(setup);
  const life = { settled: seconds, works: 0, flood: 0, silence: 0, shares: 0 };
  const minute: number[] = Array.from({ length: MINUTE }, () => 0);
  let lastMinute = 0;
  let quiet = 0;
  miner.run(seconds, (second) => {
    const came = miner.shares - life.shares;
    life.shares = miner.shares;
    lastMinute += came - (minute[second % MINUTE] ?? 0);
    minute[second % MINUTE] = came;
    life.flood = Math.max(life.flood, lastMinute);
    quiet = came > 0 ? 0 : quiet + 1;
    life.silence = Math.max(life.silence, quiet);
    if (life.settled < seconds || Math.abs(miner.inForce / ideal - 1) >= 0.3) return;
    life.settled = second;
    life.works = miner.works;
  });
  return life;
}

/** The median, the 95th percentile, and the worst value. */
function spread(values: readonly number[]): string {
  return [quantile(values, 0.5), quantile(values, 0.95), Math.max(...values)]
    .map((value) => value.toLocaleString('en'))
    .join(' / ');
}

/** Prints the table of docs/performance.md. */
export function print(miners: number, hours: number): void {
  process.stdout.write(
    `${miners} miners a row, rates over four orders of magnitude, ${hours} h each, ${INTERVAL / 1000} s wanted; median / 95 % / worst\n\n`,
  );
  process.stdout.write(
    '| start | new work | blocks | seconds to settle | works to settle | worst minute | longest silence (s) | shares an hour |\n|---|---|---|---|---|---|---|---|\n',
  );
  for (const start of STARTS) {
    for (const { name, ...works } of WORKS) {
      for (const blockSeconds of BLOCKS) {
        const found = figuresOf({ ...works, blockSeconds }, start.factor, miners, hours);
        const columns = [found.settled, found.works, found.flood, found.silence].map(spread);
        const row = [
          start.name,
          name,
          `${blockSeconds} s`,
          ...columns,
          (mean(found.shares) / hours).toFixed(0),
        ];
        process.stdout.write(`| ${row.join(' | ')} |\n`);
      }
    }
  }
}
