import type { ZcashChainParams, ZcashWork } from '@adit/chain';
import { concatBytes, encodeHex, uint32LE } from '@adit/primitives';
import { jobIdOf, type ZcashJob, zcashNotifyLine } from '@adit/stratum';
import { type Job, JobBook } from '../shares/job-book.ts';
import { HeightTerms } from './height-terms.ts';

/** A work, the header time that its job carries, and the number whose share target holds for it: see `ZcashJob`. */
export interface TimedWork {
  readonly work: ZcashWork;
  readonly time: number;
  readonly terms: number;
}

export interface ZcashJobsOptions {
  readonly chain: ZcashChainParams;
  readonly firstJobSequence: number;
  /** See `HeightTerms`. */
  readonly atOnceMs?: number | undefined;
}

export interface ZcashJobsModules {
  /** The same work with another text, drawn at random, in its coinbase; undefined where it must stay as it is. */
  readonly vary: (work: ZcashWork) => ZcashWork | undefined;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** Milliseconds since 1970: header times are made of it. */
  readonly wallClock: () => number;
}

/** One a second, as long as targets move, for the hour that a work lives. They share their transactions: 2 KiB each. */
const MAX_JOBS = 4096;
const MAX_JOB_AGE_MS = 3600_000;
/** Late shares of the former tips are still looked at: they may be blocks. */
const MAX_RETIRED_JOBS = 4096;
/** A block that is so late stands no chance any more. */
const MAX_RETIRED_MS = 600_000;
/**
 * Header spaces that were handed out as the node made them, and are forgotten. One every 20 s at the most: three days
 * of them, and no chain goes back so far.
 */
const MAX_FORGOTTEN = 16_384;

/**
 * The works of one chain as jobs.
 *
 * What a share is worth follows from the number of its work (see `Grants`), so one header space must never get two
 * numbers. A work with a text of its own is new by construction, and nobody foresaw it: its own number is its terms. One
 * that is as the node made it may have been foreseen (see `HeightTerms`), and it may come again, after a reorganisation and
 * back: then it gets the number that it had, or, where that is forgotten, is never paid.
 */
export class ZcashJobs {
  readonly #options: ZcashJobsOptions;
  readonly #modules: ZcashJobsModules;
  readonly #extras: readonly string[];
  readonly #book: JobBook<TimedWork>;
  /** Numbers of header spaces as the node made them; undefined for those that came again after they were forgotten. */
  readonly #numbers = new Map<string, number | undefined>();
  /** Those that may come again under their number, and when they were made. */
  readonly #returning = new Map<number, number>();
  readonly #heights: HeightTerms;
  /** What the node gave last. */
  #template: ZcashWork | undefined;
  #current: ZcashJob | undefined;
  #order = 0;

  constructor(options: ZcashJobsOptions, modules: ZcashJobsModules) {
    this.#options = options;
    this.#heights = new HeightTerms(options.atOnceMs);
    this.#modules = modules;
    const { n, k, personalization } = options.chain.equihash;
    // GPU miners that mine many chains take the parameters from here.
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

  /** Number of the oldest work that is still recognised, stale ones included. */
  get oldestKnown(): number {
    return this.#book.oldestKnown;
  }

  /** The oldest terms of a work that is still recognised, or may still come. */
  get oldestTerms(): number {
    let oldest = this.#heights.oldest;
    // Terms do not ascend with numbers: both kinds of works may come in turn, and the chain may go back.
    for (const { work } of this.#book.known()) oldest = Math.min(oldest, work.terms);
    return oldest;
  }

  /** The terms of a work; undefined where it is not known any more. */
  termsOf(sequence: number): number | undefined {
    return this.#book.find(sequence)?.job.work.terms;
  }

  /** When the oldest work was made whose shares still count, or may count again; infinite where there is none. */
  get liveSince(): number {
    let oldest = this.#book.liveSince;
    for (const [sequence, since] of this.#returning) {
      if (this.#book.find(sequence) === undefined) this.#returning.delete(sequence);
      else oldest = Math.min(oldest, since);
    }
    return oldest;
  }

  /** Whether a work can be made that nobody foresaw, whenever one is wanted. */
  get atWill(): boolean {
    return this.#template?.variation !== undefined;
  }

  /** A work that everybody is to get. */
  take(template: ZcashWork): ZcashJob {
    this.#template = template;
    const varied = this.#modules.vary(template);
    return this.#handOut(varied === undefined ? this.#asGiven(template) : this.#addVaried(varied));
  }

  /** A work that brings nothing but itself: what is made from now on is made of it. */
  keep(template: ZcashWork): void {
    this.#template = template;
  }

  /** A work that nobody has seen yet; undefined where only the node can make one. */
  own(): ZcashJob | undefined {
    const varied = this.#template === undefined ? undefined : this.#modules.vary(this.#template);
    return varied === undefined ? undefined : this.#handOut(this.#addVaried(varied));
  }

  /** For miners who give a pool up that is silent: new work where it costs nothing, else the same once more. */
  again(): ZcashJob | undefined {
    const fresh = this.own();
    if (fresh !== undefined || this.#current === undefined) return fresh;
    const { job } = this.#book.find(this.#current.sequence) ?? {};
    return job === undefined ? undefined : this.#handOut(job);
  }

  find(sequence: number): { job: Job<TimedWork>; staleSince: number | undefined } | undefined {
    return this.#book.find(sequence);
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
    // All that is not in the header is the same, or the roots would differ; its times may be newer.
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

  /** A clock that was set ahead must not make headers that no node takes: the node's own limit holds. */
  #timed(work: ZcashWork, terms: number): TimedWork {
    const seconds = Math.floor(this.#modules.wallClock() / 1000);
    const { pinTime } = this.#options.chain;
    const time = pinTime ? work.time : Math.max(work.time, Math.min(seconds, work.maxTime));
    return { work, time, terms };
  }

  #handOut(job: Job<TimedWork>): ZcashJob {
    const { work, time, terms } = job.work;
    const fields = { ...work, time };
    const line = (clean: boolean) =>
      Buffer.from(zcashNotifyLine(jobIdOf(job.sequence), fields, clean, this.#extras));
    this.#order += 1;
    this.#current = {
      sequence: job.sequence,
      terms,
      order: this.#order,
      cleanLine: line(true),
      keepLine: line(false),
      networkTarget: work.target,
      oldestKnown: this.#book.oldestKnown,
    };
    return this.#current;
  }
}

/** All of a header that a miner cannot choose, but for the nonce1. */
function headerSpaceOf({ version, prevHash, merkleRoot, reserved, bits }: ZcashWork): string {
  return Buffer.from(concatBytes(uint32LE(version), prevHash, merkleRoot, reserved, uint32LE(bits))).toString(
    'latin1',
  );
}
