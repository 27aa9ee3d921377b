import type { ZcashChainParams, ZcashWork } from '@adit/chain';
import { concatBytes, encodeHex, uint32LE } from '@adit/primitives';
import type { ZcashJob } from '@adit/stratum';
import { type Job, JobBook } from '../shares/job-book.ts';
import type { RewardDivision } from './block-payee.ts';
import { HeightTerms } from './height-terms.ts';
import { JobLines, PayingJob } from './job-lines.ts';

/** A work, the header time of its job, and its terms: the number whose share target holds for it. See `ZcashJob`. */
export interface TimedWork {
  readonly work: ZcashWork;
  readonly time: number;
  readonly terms: number;
  /** Set where a coinbase of this work can pay others than the operator. It stays as it was when the job was made. */
  readonly division?: RewardDivision | undefined;
}

export interface ZcashJobsOptions {
  readonly chain: ZcashChainParams;
  readonly firstJobSequence: number;
  /** See `HeightTerms`. */
  readonly atOnceMs?: number | undefined;
}

export interface ZcashJobsModules {
  /** How the reward of a work can be divided. Default: it cannot. */
  readonly divisionOf?: (work: ZcashWork) => RewardDivision | undefined;
  /** The same work with another text, drawn at random, in its coinbase; undefined where it must stay as it is. */
  readonly vary: (work: ZcashWork) => ZcashWork | undefined;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** Milliseconds since 1970, for header times. */
  readonly wallClock: () => number;
}

/** While targets change, a job comes each second, and a work lives for an hour. Jobs share transactions: 2 KiB each. */
const MAX_JOBS = 4096;
const MAX_JOB_AGE_MS = 3600_000;
/** Late shares of former tips may be blocks, so their jobs are kept. */
const MAX_RETIRED_JOBS = 4096;
/** A block that is later than this has no chance. */
const MAX_RETIRED_MS = 600_000;
/**
 * Most header spaces of opaque works whose numbers are kept, those of forgotten jobs included. One comes every 20 s at
 * most, so they cover more than three days, and no reorganisation goes back that far.
 */
const MAX_FORGOTTEN = 16_384;

/**
 * The works of one chain as jobs.
 *
 * The worth of a share follows from the number of its work (see `Grants`), so one header space must never get two
 * numbers. A varied work is new, and nobody can have foreseen it: its terms are its own number. Somebody may have
 * foreseen an opaque work (see `HeightTerms`), and it may come again when a reorganisation brings its tip back. Then it
 * keeps its number, or, where its job is forgotten, its shares are never paid.
 */
export class ZcashJobs {
  readonly #options: ZcashJobsOptions;
  readonly #modules: ZcashJobsModules;
  readonly #extras: readonly string[];
  readonly #book: JobBook<TimedWork>;
  /** Numbers of opaque works by header space; undefined for a work that came again after its job was forgotten. */
  readonly #numbers = new Map<string, number | undefined>();
  /** Numbers of opaque works that may come again, each with the time at which it was made. */
  readonly #returning = new Map<number, number>();
  readonly #heights: HeightTerms;
  /** The newest work that the node gave. */
  #template: ZcashWork | undefined;
  #current: ZcashJob | undefined;
  #order = 0;

  constructor(options: ZcashJobsOptions, modules: ZcashJobsModules) {
    this.#options = options;
    this.#heights = new HeightTerms(options.atOnceMs);
    this.#modules = modules;
    const { n, k, personalization } = options.chain.equihash;
    // GPU miners that mine several chains read the Equihash parameters here.
    this.#extras = n === 200 && k === 9 ? [] : [`${n}_${k}`, personalization];
    this.#book = new JobBook({
      firstSequence: options.firstJobSequence,
      maxAgeMs: MAX_JOB_AGE_MS,
      maxJobs: MAX_JOBS,
      maxRetired: MAX_RETIRED_JOBS,
      maxRetiredMs: MAX_RETIRED_MS,
    });
  }

  /** The newest job; undefined until a node has given work. */
  get current(): ZcashJob | undefined {
    return this.#current;
  }

  /** Number of the newest work. */
  get newest(): number {
    return this.#book.newest;
  }

  /** Number of the oldest work whose shares still count. */
  get oldestLive(): number {
    return this.#book.oldestLive;
  }

  /** Number of the oldest work that is still recognised; stale works are included. */
  get oldestKnown(): number {
    return this.#book.oldestKnown;
  }

  /** The oldest terms of a work that is still recognised, or may still come. */
  get oldestTerms(): number {
    let oldest = this.#heights.oldest;
    // A newer work may have older terms: varied and opaque works alternate, and the chain may go back.
    for (const { work } of this.#book.known()) oldest = Math.min(oldest, work.terms);
    return oldest;
  }

  /** The terms of a work; undefined where the work is no longer known. */
  termsOf(sequence: number): number | undefined {
    return this.#book.find(sequence)?.job.work.terms;
  }

  /** Time of the oldest work whose shares still count, or may count again; infinite where there is none. */
  get liveSince(): number {
    let oldest = this.#book.liveSince;
    for (const [sequence, since] of this.#returning) {
      if (this.#book.find(sequence) === undefined) this.#returning.delete(sequence);
      else oldest = Math.min(oldest, since);
    }
    return oldest;
  }

  /** Whether a work that nobody can have foreseen can be made at any time. */
  get atWill(): boolean {
    return this.#template?.variation !== undefined;
  }

  /** Makes the job of a new work, for all connections. */
  take(template: ZcashWork): ZcashJob {
    this.#template = template;
    const varied = this.#modules.vary(template);
    return this.#handOut(varied === undefined ? this.#asGiven(template) : this.#addVaried(varied));
  }

  /** Keeps a work without a job for it: works that are varied from now on are made from it. */
  keep(template: ZcashWork): void {
    this.#template = template;
  }

  /** Makes a work that nobody has seen yet; undefined where only the node can make one. */
  own(): ZcashJob | undefined {
    const varied = this.#template === undefined ? undefined : this.#modules.vary(this.#template);
    return varied === undefined ? undefined : this.#handOut(this.#addVaried(varied));
  }

  /** A job for miners that leave a silent pool: a new work where the pool can make one, else the same job again. */
  again(): ZcashJob | undefined {
    const fresh = this.own();
    if (fresh !== undefined || this.#current === undefined) return fresh;
    const { job } = this.#book.find(this.#current.sequence) ?? {};
    return job === undefined ? undefined : this.#handOut(job);
  }

  find(sequence: number): { job: Job<TimedWork>; staleSince: number | undefined } | undefined {
    return this.#book.find(sequence);
  }

  /**
   * A job of the same number whose work pays others. Its lines are made when they are sent, since one connection or a few
   * get it.
   * @param time the header time of the job: all its works have the same
   */
  paying(job: ZcashJob, work: ZcashWork, time: number): ZcashJob {
    const { sequence, order, networkTarget, oldestKnown } = job;
    return new PayingJob(
      { sequence, terms: job.terms ?? sequence, order, networkTarget, oldestKnown },
      new JobLines(sequence, { ...work, time }, this.#extras),
    );
  }

  needsGroup(group: string): boolean {
    return this.#book.needsGroup(group);
  }

  /** Makes the jobs of all other tips stale. @returns their groups */
  retireOthers(group: string): ReadonlySet<string> {
    const gone = this.#book.retire((job) => job.group !== group, this.#modules.now());
    return new Set(gone.map((job) => job.group));
  }

  #addVaried(work: ZcashWork): Job<TimedWork> {
    const number = this.#book.next;
    this.#heights.note(work.height, number, this.#modules.now());
    return this.#add(work, number);
  }

  #add(work: ZcashWork, terms: number): Job<TimedWork> {
    return this.#book.add(this.#timed(work, terms), encodeHex(work.prevHash), this.#modules.now()).job;
  }

  #asGiven(work: ZcashWork): Job<TimedWork> {
    const key = headerSpaceOf(work);
    const number = this.#numbers.get(key);
    const known = number === undefined ? undefined : this.#book.revive(number);
    // The merkle root is equal, so everything outside the header is equal too. Only the times may be newer.
    if (known !== undefined)
      return this.#book.renew(known.sequence, this.#timed(work, known.work.terms)) ?? known;
    const isForgotten = this.#numbers.has(key);
    this.#heights.note(work.height, this.#book.next, this.#modules.now());
    const job = this.#add(work, this.#heights.of(work.height));
    this.#remember(key, isForgotten ? undefined : job.sequence);
    if (isForgotten) this.#book.bury(job, this.#modules.now());
    else this.#returning.set(job.sequence, job.since);
    return job;
  }

  #remember(key: string, number: number | undefined): void {
    this.#numbers.delete(key);
    this.#numbers.set(key, number);
    for (const oldest of this.#numbers.keys()) {
      if (this.#numbers.size <= MAX_FORGOTTEN) break;
      this.#numbers.delete(oldest);
    }
  }

  /** The header time stays below the node's limit, so that nodes take it even where the pool's clock is ahead. */
  #timed(work: ZcashWork, terms: number): TimedWork {
    const seconds = Math.floor(this.#modules.wallClock() / 1000);
    const { pinTime } = this.#options.chain;
    const time = pinTime ? work.time : Math.max(work.time, Math.min(seconds, work.maxTime));
    const division = this.#modules.divisionOf?.(work);
    return { work, time, terms, ...(division === undefined ? {} : { division }) };
  }

  #handOut(job: Job<TimedWork>): ZcashJob {
    const { work, time, terms } = job.work;
    const lines = new JobLines(job.sequence, { ...work, time }, this.#extras);
    this.#order += 1;
    this.#current = {
      sequence: job.sequence,
      terms,
      order: this.#order,
      cleanLine: lines.cleanLine,
      keepLine: lines.keepLine,
      networkTarget: work.target,
      oldestKnown: this.#book.oldestKnown,
    };
    return this.#current;
  }
}

/** The parts of a header that a miner cannot choose, except nonce1, as a key. */
function headerSpaceOf({ version, prevHash, merkleRoot, reserved, bits }: ZcashWork): string {
  return Buffer.from(concatBytes(uint32LE(version), prevHash, merkleRoot, reserved, uint32LE(bits))).toString(
    'latin1',
  );
}
