import { equihashSizes } from '@adit/pow';
import { BlockHasher } from '@adit/pow/threads';
import { concatBytes, decodeHex, encodeHex, hashValue, uint32LE } from '@adit/primitives';
import { type HeardJob, headerStart, SimMiner } from './sim-miner.ts';
import { CHAIN, settled, type Template, type ZcashWorld } from './zcash-world.ts';

/** A hash that was computed and may be worth something. */
interface Found {
  readonly nonce2: string;
  readonly value: bigint;
  readonly digest: string;
}

/** All hashes of one header space. */
interface Bag {
  readonly space: string;
  readonly fields: readonly string[];
  readonly nonce1: string;
  readonly found: Found[];
  /** Hashes that were computed, and that could not be handed in so far. */
  work: number;
}

export interface GreedyOptions {
  /** Hashes at a time. */
  readonly burst: number;
  readonly maxConnections: number;
}

/** Most header spaces whose hashes are kept. */
const MAX_BAGS = 48;
const NONCE_BYTES = 32;

/**
 * A miner that wants more credit than it works for. It first computes hashes on every header and nonce1 that it has,
 * had once, or guesses, and then hands each hash in where and when it is worth most.
 */
export class GreedyMiner {
  /** Hashes computed. */
  work = 0;
  /** Hashes that had a chance to be handed in: the credit is compared with these. */
  used = 0;
  readonly answers = new Map<string, number>();
  readonly #world: ZcashWorld;
  readonly #options: GreedyOptions;
  readonly #hasher = new BlockHasher(equihashSizes(CHAIN.equihash));
  readonly #solution = new Uint8Array(equihashSizes(CHAIN.equihash).solutionBytes);
  readonly #prefix = equihashSizes(CHAIN.equihash).prefix;
  #miners: SimMiner[] = [];
  readonly #sessions: { readonly id: string; readonly port: number }[] = [];
  readonly #nonces: string[] = [];
  #bags: Bag[] = [];
  /** The header space of each digest, for the check that one space has one target. */
  readonly spaces = new Map<string, string>();
  #counter = 0;

  constructor(options: GreedyOptions, world: ZcashWorld) {
    this.#options = options;
    this.#world = world;
  }

  get miners(): readonly SimMiner[] {
    return this.#miners;
  }

  /** Makes one move, drawn from all moves. */
  async move(): Promise<void> {
    const moves: [number, () => void | Promise<void>][] = [
      [16, () => this.#hashSomewhere()],
      [12, () => this.#cashIn()],
      [3, () => this.#connect()],
      [1, () => this.#leave()],
      [2, () => this.#resume()],
      [3, () => this.#authorizeAgain()],
      [3, () => this.#suggestForLuck()],
      [2, () => this.#hashAhead()],
    ];
    const total = moves.reduce((sum, [weight]) => sum + weight, 0);
    let at = this.#world.random.next() * total;
    for (const [weight, move] of moves) {
      at -= weight;
      if (at >= 0) continue;
      await move();
      break;
    }
    this.#hear();
  }

  /** Hands in all hashes that are left. */
  async finish(): Promise<void> {
    for (let i = 0; i < 3; i += 1) await this.#cashIn(true);
  }

  /** The process of the miner dies with that of the pool. */
  drop(): void {
    for (const miner of this.#miners) miner.close();
    this.#miners = [];
  }

  #hear(): void {
    for (const miner of this.#miners) {
      miner.hear();
      if (miner.nonce1 !== '' && !this.#nonces.includes(miner.nonce1)) this.#nonces.push(miner.nonce1);
    }
    this.#miners = this.#miners.filter(({ open }) => open);
    if (this.#nonces.length > 64) this.#nonces.shift();
  }

  #connect(): void {
    const { ports, random } = this.#world;
    if (this.#miners.length >= this.#options.maxConnections) return;
    const index = random.below(ports.length);
    const port = ports[index];
    if (port === undefined) return;
    const miner = new SimMiner(port, index, this.answers);
    // Some connections log in before they subscribe, and some long after it.
    if (random.next() < 0.3) miner.authorize(this.#password());
    miner.subscribe();
    if (random.next() < 0.8) miner.authorize(this.#password());
    this.#miners.push(miner);
  }

  #leave(): void {
    const { random } = this.#world;
    const miner = random.pick(this.#miners);
    if (miner === undefined) return;
    if (miner.sessionId !== null) this.#sessions.push({ id: miner.sessionId, port: miner.port });
    miner.close();
    this.#hear();
  }

  #resume(): void {
    const { ports, random } = this.#world;
    const session = this.#sessions.pop();
    const port = session === undefined ? undefined : ports[session.port];
    if (session === undefined || port === undefined) return;
    const miner = new SimMiner(port, session.port, this.answers);
    miner.subscribe(session.id);
    miner.authorize(random.next() < 0.5 ? 'x' : this.#password());
    this.#miners.push(miner);
  }

  #authorizeAgain(): void {
    this.#world.random.pick(this.#miners)?.authorize(this.#password());
  }

  #password(): string {
    const { random, options } = this.#world;
    const weight =
      options.minWeight << BigInt(random.below(bitsBetween(options.minWeight, options.maxWeight)));
    return random.next() < 0.3 ? 'x' : `d=${weight}`;
  }

  /** The target that suits the hashes that were found already best. */
  #suggestForLuck(): void {
    const { random } = this.#world;
    const miner = random.pick(this.#miners);
    const bags = this.#bags.filter(({ nonce1 }) => nonce1 === miner?.nonce1);
    const values = bags
      .flatMap(({ found }) => found.map(({ value }) => value))
      .sort((a, b) => (a < b ? -1 : 1));
    const best = values
      .slice(0, 64)
      .map((value, i) => ({ value, credit: Number(i + 1) * (2 ** 256 / Number(value)) }))
      .sort((a, b) => b.credit - a.credit)[0];
    miner?.suggest(best?.value ?? (1n << 256n) / BigInt(2 + random.below(64)));
  }

  /** Computes on any header that the miner got, with any nonce1 that it has, had, or guesses. */
  #hashSomewhere(): void {
    const { random } = this.#world;
    const job = random.pick(random.pick(this.#miners)?.jobs.slice(-4) ?? []);
    const nonce1 = this.#someNonce1();
    if (job !== undefined && nonce1 !== undefined) this.#hash(job.fields, job.space, nonce1);
  }

  /** Computes on works that would come next if the node's next template were known, on the same tip or another. */
  #hashAhead(): void {
    const { random, template } = this.#world;
    const nonce1 = this.#someNonce1();
    if (template === undefined || nonce1 === undefined) return;
    const next: Template =
      random.next() < 0.5
        ? { tip: this.#world.highest + 1, content: 0 }
        : { tip: template.tip, content: this.#world.newest + 1 + random.below(2) };
    const { version, prevHash, merkleRoot, reserved, time, bits } = this.#world.workOf(next);
    const fields = [uint32LE(version), prevHash, merkleRoot, reserved, uint32LE(time), uint32LE(bits)].map(
      encodeHex,
    );
    const space = fields.toSpliced(4, 1).join('');
    if (random.next() < 0.5) this.#hash(fields, space, nonce1);
  }

  #someNonce1(): string | undefined {
    const { random } = this.#world;
    const draw = random.next();
    const last = this.#nonces.at(-1);
    // The next nonce1, if the pool counted them up.
    if (draw < 0.15 && last !== undefined) {
      const guess = (Number.parseInt(last, 16) + 1 + random.below(2)) >>> 0;
      return guess.toString(16).padStart(8, '0');
    }
    if (draw < 0.3) return random.pick(this.#nonces);
    return random.pick(this.#miners)?.nonce1 || undefined;
  }

  #hash(fields: readonly string[], space: string, nonce1: string): void {
    let bag = this.#bags.find((one) => one.space === space && one.nonce1 === nonce1);
    if (bag === undefined) {
      bag = { space, fields, nonce1, found: [], work: 0 };
      this.#bags.push(bag);
      if (this.#bags.length > MAX_BAGS) this.#bags.shift();
    }
    // The header has the time of the bag, since it is handed in with that.
    const start = headerStart(bag.fields);
    const own = decodeHex(nonce1, 4, 'nonce1');
    const easiest = (1n << 256n) / this.#world.options.minWeight;
    for (let i = 0; i < this.#options.burst; i += 1) {
      this.#counter += 1;
      const nonce2 = new Uint8Array(NONCE_BYTES - own.length);
      new DataView(nonce2.buffer).setUint32(nonce2.length - 4, this.#counter);
      const digest = this.#hasher.hash(concatBytes(start, own, nonce2), this.#solution);
      this.work += 1;
      bag.work += 1;
      const value = hashValue(digest);
      if (value > easiest) continue;
      const hex = encodeHex(digest);
      this.spaces.set(hex, space + nonce1);
      bag.found.push({ nonce2: encodeHex(nonce2), value, digest: hex });
    }
  }

  /** Number of answers for which the pool looked at the hash. */
  #judged(): number {
    let judged = 0;
    for (const [answer, times] of this.answers) if (/^(true|22|23)/.test(answer)) judged += times;
    return judged;
  }

  /** Hands each hash in where it is worth most: under the hardest target that it meets, else under any. */
  async #cashIn(all = false): Promise<void> {
    const { random } = this.#world;
    for (const bag of [...this.#bags]) {
      if (!all && random.next() < 0.3) continue;
      for (const holder of this.#miners) if (holder.nonce1 === bag.nonce1) await this.#cash(bag, holder);
      // A hash is worth nothing a second time, but one that could not be handed in may be worth something later.
      if (random.next() < 0.7) {
        bag.found.length = 0;
        bag.work = 0;
      }
    }
  }

  async #cash(bag: Bag, holder: SimMiner): Promise<void> {
    const ids = idsOf(bag, holder, this.#miners);
    if (ids.length === 0 || !holder.open) return;
    const solution = encodeHex(concatBytes(this.#prefix, this.#solution));
    const judgedBefore = this.#judged();
    for (const [i, { value, nonce2 }] of bag.found.entries()) {
      const best = ids.find(({ target }) => value <= target) ?? this.#world.random.pick(ids);
      if (best !== undefined) holder.submit(best.id, bag.fields[4] ?? '', nonce2, solution);
      if (i % 32 === 31) await settled();
    }
    await settled();
    holder.hear();
    // Work counts once its hashes had their chance: not where all of them were stale or unknown. A bag without hashes
    // to hand in had its chance if the tip is still that of its holder.
    const had =
      bag.found.length > 0 ? this.#judged() > judgedBefore : holder.jobs.at(-1)?.fields[1] === bag.fields[1];
    if (!had) return;
    this.used += bag.work;
    bag.work = 0;
  }
}

/** Job ids of a header: those of the holder, hardest target first, and then those of other connections. */
function idsOf(bag: Bag, holder: SimMiner, miners: readonly SimMiner[]): HeardJob[] {
  const own = holder.jobs.filter(({ space }) => space === bag.space);
  const others = miners.flatMap(({ jobs }) => jobs.filter(({ space }) => space === bag.space));
  return [...own.toSorted((a, b) => (a.target < b.target ? -1 : 1)), ...others];
}

function bitsBetween(low: bigint, high: bigint): number {
  let bits = 1;
  for (let weight = low; weight * 2n <= high; weight *= 2n) bits += 1;
  return bits;
}
