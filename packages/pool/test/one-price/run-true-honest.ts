import { decodeHex, encodeHex } from '@adit/primitives';
import { shareDigest } from '../../src/truechain/share.ts';
import { TrueSimMiner } from './true-sim-miner.ts';
import { TrueWorld } from './true-world.ts';
import { settled } from './zcash-world.ts';

export interface TrueHonestOptions {
  readonly seed: number;
  readonly strict: boolean;
  readonly hours: number;
  /** Whether another miner moves the one target of loose ports to and fro, by shows of shares and silence. */
  readonly disturbed?: boolean;
}

export interface TrueHonestResult {
  /** Hashes a second. */
  readonly rate: number;
  readonly work: number;
  readonly credit: number;
  /** Standard error of credit / work. */
  readonly error: number;
  readonly refused: number;
  readonly shares: number;
}

export interface TrueHonestRun {
  readonly miners: readonly TrueHonestResult[];
  /** On loose ports: the mean part of work that the prices of the headers pay, without the luck of the miners. */
  readonly paidPart: number;
}

/** Hashes a second of the honest miners. */
const RATES = [20, 80, 300, 1_200];
const FAST_RATE = 64 * 1_200;
const MOST_SHOWN = 16;

interface Seat {
  readonly rate: number;
  readonly miner: TrueSimMiner;
  readonly digests: string[];
  work: number;
}

/** Honest miners of several rates on a pool whose headers change every few seconds, and which is reloaded every hour. */
export async function runTrueHonest(options: TrueHonestOptions): Promise<TrueHonestRun> {
  const real = performance.now;
  const { seed, strict, hours, disturbed = false } = options;
  const world = new TrueWorld({ seed, strict, starts: strict ? [64n, 1_024n] : [16_384n, 16_384n] });
  try {
    await world.start();
    const { random } = world;
    const seats: Seat[] = RATES.map((rate, i) => {
      const port = world.pool.ports[i % 2];
      if (port === undefined) throw new RangeError('the pool has no port');
      return { rate, miner: new TrueSimMiner(port), digests: [], work: 0 };
    });
    let fast: TrueSimMiner | undefined;
    let paid = 0;
    for (let second = 0; second < hours * 3_600; second += 1) {
      for (const seat of seats) mine(world, seat);
      if (disturbed) fast = disturb(world, fast);
      await settled();
      const header = seats[0]?.miner.jobs.at(-1)?.header;
      if (!strict && header !== undefined) paid += world.paidPart(header);
      await world.pass(1_000);
      if (random.next() < 0.4) world.make(second);
      if (second % 3_600 === 1_800) world.reload(strict ? [128n, 512n] : [8_192n, 8_192n]);
    }
    return { miners: seats.map((seat) => resultOf(world, seat)), paidPart: paid / (hours * 3_600) };
  } finally {
    await world.close();
    performance.now = real;
  }
}

function mine({ hashes }: TrueWorld, seat: Seat): void {
  const { rate, miner, digests } = seat;
  miner.hear();
  const job = miner.jobs.at(-1);
  if (job === undefined) return;
  seat.work += rate;
  for (const { header, nonce } of hashes.mine(job.header, rate, job.weight, miner.prefix)) {
    digests.push(encodeHex(shareDigest(decodeHex(header, 32, 'header'), nonce)));
    miner.submit(job.id, nonce);
  }
}

/** One second of a miner that connects, shows shares, and leaves when the target has followed them. */
function disturb(world: TrueWorld, fast: TrueSimMiner | undefined): TrueSimMiner | undefined {
  const { random, pool } = world;
  const [port] = pool.ports;
  if (port === undefined) return undefined;
  if (fast?.open !== true) return random.next() < 0.12 ? new TrueSimMiner(port) : undefined;
  fast.hear();
  const job = fast.jobs.at(-1);
  const draw = random.next();
  if (draw < 0.12) {
    fast.close();
    return undefined;
  }
  if (job !== undefined && draw < 0.5) {
    const rate = Math.min(FAST_RATE * random.below(8), MOST_SHOWN * job.weight);
    for (const { nonce } of world.hashes.mine(job.header, rate, job.weight)) fast.submit(job.id, nonce);
  }
  return fast;
}

function resultOf({ journal }: TrueWorld, { rate, miner, digests, work }: Seat): TrueHonestResult {
  miner.hear();
  const weights = digests.map((digest) => journal.weights.get(digest) ?? 0);
  let refused = 0;
  for (const [answer, times] of miner.answers) if (answer !== 'true') refused += times;
  const squares = weights.reduce((sum, weight) => sum + weight * weight, 0);
  return {
    rate,
    work,
    credit: weights.reduce((sum, weight) => sum + weight, 0),
    error: Math.sqrt(squares) / work,
    refused,
    shares: weights.length,
  };
}
