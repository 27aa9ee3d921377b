import { equihashSizes } from '@adit/pow';
import { BlockHasher } from '@adit/pow/threads';
import { concatBytes, decodeHex, encodeHex, hashValue } from '@adit/primitives';
import { type HeardJob, headerStart, SimMiner } from './sim-miner.ts';
import { CHAIN, settled, type ZcashWorld } from './zcash-world.ts';

/** Which jobs and targets a miner takes: the newest at once; only clean jobs (nheqminer and its forks). */
export type Habit = 'every job' | 'clean jobs';

export interface HonestOptions {
  /** Hashes a second. */
  readonly rate: number;
  readonly habit: Habit;
  readonly port: number;
  readonly password: string;
}

const NONCE_BYTES = 32;

/** A miner of a steady rate that mines the job of its habit, and hands in hashes that meet the target of that job. */
export class HonestMiner {
  /** Hashes computed. */
  work = 0;
  readonly answers = new Map<string, number>();
  readonly options: HonestOptions;
  /** The digests of its shares, to find them among those that were paid. */
  readonly digests = new Set<string>();
  readonly #miner: SimMiner;
  readonly #hasher = new BlockHasher(equihashSizes(CHAIN.equihash));
  readonly #solution = new Uint8Array(equihashSizes(CHAIN.equihash).solutionBytes);
  readonly #text: string;
  #job: HeardJob | undefined;
  #due = 0;
  #counter = 0;

  constructor(options: HonestOptions, world: ZcashWorld) {
    this.options = options;
    const port = world.ports[options.port];
    if (port === undefined) throw new RangeError('no such port');
    this.#text = encodeHex(concatBytes(equihashSizes(CHAIN.equihash).prefix, this.#solution));
    this.#miner = new SimMiner(port, options.port, this.answers);
    this.#miner.subscribe();
    this.#miner.authorize(options.password);
  }

  /** Mines for a time. */
  async mine(ms: number): Promise<void> {
    this.#hear();
    this.#due += (this.options.rate * ms) / 1000;
    for (; this.#due >= 1; this.#due -= 1) this.#hash();
    await settled();
    this.#hear();
  }

  get refused(): number {
    let refused = 0;
    for (const [answer, times] of this.answers) if (answer !== 'true') refused += times;
    return refused;
  }

  #hear(): void {
    this.#miner.hear();
    const { jobs } = this.#miner;
    this.#job =
      this.options.habit === 'every job' ? jobs.at(-1) : (jobs.findLast(({ clean }) => clean) ?? this.#job);
  }

  #hash(): void {
    const job = this.#job;
    if (job === undefined) return;
    this.#counter += 1;
    const own = decodeHex(this.#miner.nonce1, 4, 'nonce1');
    const nonce2 = new Uint8Array(NONCE_BYTES - own.length);
    new DataView(nonce2.buffer).setUint32(nonce2.length - 4, this.#counter);
    const header = concatBytes(headerStart(job.fields), own, nonce2);
    const digest = this.#hasher.hash(header, this.#solution);
    this.work += 1;
    if (hashValue(digest) > job.target) return;
    this.digests.add(encodeHex(digest));
    this.#miner.submit(job.id, job.fields[4] ?? '', encodeHex(nonce2), this.#text);
  }
}
