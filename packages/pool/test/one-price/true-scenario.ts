import type { Random } from './random.ts';
import { BORDERS_MS } from './true-policies.ts';
import { TrueSimMiner } from './true-sim-miner.ts';
import type { TrueWorld } from './true-world.ts';

/** A header that the miner foresees. */
export interface Foreseen {
  /** The second of the world's clock that the header names. */
  readonly second: number;
  /** The time at which the miner begins to hash it, in milliseconds. */
  readonly from: number;
  /** Weights that the pool may ask for, as the miner reckons. */
  readonly weights: readonly number[];
}

/** Weights that a miner of a strict port wishes for. */
export const WISHES = [16, 64, 256];
/** What the loose ports begin with, and the hashes a second of a miner for which that is right. */
const LOOSE_START = 4_096;
const SLOW_RATE = LOOSE_START / 15;
const FAST_RATE = 64 * SLOW_RATE;
/** Longest time that the miner of a loose port moves the target before it takes what there is. */
const LONGEST_SECONDS = 120;
/** Shares that a miner shows at a time: more prove no higher rate. */
const MOST_SHOWN = 16;

/**
 * What happens before the miner foresees a header: connections, wishes, silence, shows of shares, headers of others,
 * reloads, restarts, upgrades and silences of the node, all drawn from the seed. The miner knows the public rules of the
 * pool, and chooses a second near a border between two targets.
 */
export class TrueScenario {
  readonly world: TrueWorld;
  miners: TrueSimMiner[] = [];
  readonly #random: Random;
  #content = 1;
  /** The miner of a loose port that moves the target. */
  #fast: TrueSimMiner | undefined;

  constructor(world: TrueWorld) {
    this.world = world;
    this.#random = world.random;
  }

  async play(): Promise<Foreseen> {
    await this.world.start();
    return this.world.options.strict ? await this.#strict() : await this.#loose();
  }

  connect(password = 'x', process = this.world.pool): TrueSimMiner {
    const port = this.#random.pick(process.ports);
    if (port === undefined) throw new RangeError('the pool has no port');
    const miner = new TrueSimMiner(port, password);
    this.miners.push(miner);
    return miner;
  }

  /** The miner hashes its newest job, and hands in what it finds. */
  show(miner: TrueSimMiner, hashes: number): void {
    miner.hear();
    const job = miner.jobs.at(-1);
    if (job === undefined) return;
    const found = this.world.hashes.mine(
      job.header,
      Math.min(hashes, MOST_SHOWN * job.weight),
      job.weight,
      miner.prefix,
    );
    for (const { nonce } of found) miner.submit(job.id, nonce);
  }

  /** Lets time pass, in which other miners' fruits make the node give another header. */
  async wait(ms: number): Promise<void> {
    for (let left = ms; left > 0; ) {
      const step = Math.min(left, 1_000);
      await this.world.pass(step);
      left -= step;
      if (this.#random.next() < 0.3) this.#next();
      for (const miner of this.miners) miner.hear();
      this.miners = this.miners.filter(({ open }) => open);
    }
  }

  #next(): void {
    this.#content += 1;
    this.world.make(this.#content);
  }

  async #strict(): Promise<Foreseen> {
    const random = this.#random;
    this.#fill();
    for (let round = random.below(3); round > 0; round -= 1) {
      await this.#event();
      this.#next();
      await this.wait(1_000 * (1 + random.below(12)));
    }
    this.#fill();
    // A wish, and the header after it: half a minute later there is a border.
    this.#next();
    await this.wait(1_000 * (2 + random.below(4)));
    // The header before the wishes has been seen, or the wishes would hold from that one on.
    await this.world.pass(600);
    for (const miner of this.miners) miner.authorize(`d=${random.pick(WISHES)}`);
    await this.world.pass(50 * (1 + random.below(20)));
    this.#next();
    const { now } = this.world.clock;
    const { phase } = this.world.pool;
    const seen = now - (now % 500) + phase + (now % 500 >= phase ? 500 : 0);
    const second = this.#secondNear(seen + 30_000);
    const from = 1_000 * (second - 2 - random.below(3));
    await this.#until(from, random.next() < 0.3);
    this.#fill();
    return { second, from, weights: WISHES };
  }

  async #loose(): Promise<Foreseen> {
    const random = this.#random;
    const slow = this.connect();
    const least = 15 + random.below(60);
    let best = this.#bestBorder();
    for (let seconds = 0; seconds < least || (best.ratio < 2 && seconds < LONGEST_SECONDS); seconds += 1) {
      this.show(slow.open ? slow : this.connect(), SLOW_RATE);
      const draw = random.next();
      if (this.#fast?.open !== true && draw < 0.12) this.#fast = this.connect();
      else if (this.#fast?.open === true && draw < 0.12) this.#fast.close();
      else if (this.#fast?.open === true && draw < 0.5) this.show(this.#fast, FAST_RATE * random.below(8));
      if (random.next() < 0.02) await this.#event();
      await this.wait(1_000);
      best = this.#bestBorder();
    }
    const { now } = this.world.clock;
    const second = Math.max(Math.floor(now / 1_000) + 3, this.#secondNear(best.at));
    const from = Math.max(now, 1_000 * (second - 2 - random.below(3)));
    await this.#until(from, random.next() < 0.2);
    return { second, from, weights: best.weights };
  }

  /** Connects again where connections have ended. */
  #fill(): void {
    this.miners = this.miners.filter(({ open }) => open);
    while (this.miners.length < 3) this.connect(`d=${this.#random.pick(WISHES)}`);
  }

  /** Of the borders of the next half minute, which are on record, that between the most unlike weights. */
  #bestBorder(): { readonly at: number; readonly weights: readonly number[]; readonly ratio: number } {
    const { now } = this.world.clock;
    const borders = [10_000, 15_000, 20_000, 25_000].map((ahead) => {
      const at = 5_000 * Math.floor((now + ahead) / 5_000);
      const weights = [at - 5_000, at].map((one) => this.world.slotWeight(one) ?? LOOSE_START);
      return { at, weights, ratio: Math.max(...weights) / Math.min(...weights) };
    });
    return borders.reduce((one, other) => (other.ratio > one.ratio ? other : one));
  }

  /** A second in which the price may change: at a border, or as long before or after it as the pool takes for doubtful. */
  #secondNear(border: number): number {
    const random = this.#random;
    const beside =
      random.next() < 0.2
        ? random.below(9_000) - 4_000
        : (random.pick(BORDERS_MS[this.world.options.policy ?? 'real']) ?? 0);
    // The pool asks up to half a second later, and the header may also come at the end of its second.
    return Math.floor((border + beside - 550) / 1_000);
  }

  async #until(at: number, eventful: boolean): Promise<void> {
    while (this.world.clock.now + 1_000 <= at) {
      await this.wait(1_000);
      if (eventful && this.#random.next() < 0.1) await this.#event();
    }
    await this.world.pass(at - this.world.clock.now);
  }

  /** Something that happens to a pool now and then. */
  async #event(): Promise<void> {
    const { world } = this;
    const random = this.#random;
    const starts = [random.pick(WISHES), random.pick(WISHES)].map((one) => BigInt(one ?? 16));
    const draw = random.next();
    if (draw < 0.25) world.silentUntil = world.clock.now + 1_000 * random.below(12);
    else if (draw < 0.45) random.pick(this.miners)?.close();
    else if (draw < 0.6) random.pick(this.miners)?.authorize(`d=${random.pick(WISHES)}`);
    else if (draw < 0.75) world.reload(starts);
    else if (draw < 0.92) await world.upgrade(world.options.fixed === true ? starts : undefined);
    else {
      for (const miner of this.miners) miner.close();
      await world.restart();
    }
    for (const miner of this.miners) miner.hear();
  }
}
