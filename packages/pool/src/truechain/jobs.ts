import type { TrueChainWork } from '@adit/chain';
import { encodeHex } from '@adit/primitives';
import { easierOf, type TrueJob } from '@adit/stratum';
import { type Job, JobBook } from '../shares/job-book.ts';
import { HeaderTerms } from './header-terms.ts';

/** A header, and what its shares have to meet. */
export interface PricedWork {
  /** As the node told it last: its network targets decide what is a block or a fruit. */
  readonly work: TrueChainWork;
  /** The easier of the network's targets when the header was first seen: shares have to meet no harder one, ever. */
  readonly networkTarget: bigint;
  /** The one share target of this header; undefined where each connection has its own, or where it is not settled yet. */
  readonly price: bigint | undefined;
  /** The number whose share target holds for this header where each connection has one: see `TrueJob`. */
  readonly terms: number;
}

export interface TrueChainJobsOptions {
  readonly firstJobSequence: number;
}

export interface TrueChainJobsModules {
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/** A header every two seconds, for ten minutes. */
const MAX_JOBS = 512;
/** The node honours a header for an hour; after minutes a share for it only shows a slow miner. */
const MAX_JOB_AGE_MS = 600_000;
const MAX_RETIRED_JOBS = 512;
/** So long a node takes fruits for a header. */
const MAX_RETIRED_MS = 3600_000;
/** Numbers of headers, those of jobs that are forgotten included: nine hours of them. */
const MAX_NUMBERS = 16_384;

/**
 * The headers of one chain as jobs: one number for each header, however often the node tells it and whatever it says
 * about its targets then, since what a share is worth follows from the number.
 */
export class TrueChainJobs {
  readonly #now: () => number;
  readonly #book: JobBook<PricedWork>;
  /** By header hash; undefined for those that came again after their job was forgotten. */
  readonly #terms = new HeaderTerms();
  readonly #numbers = new Map<string, number | undefined>();
  /** Those that live or may come back, and when they were made: the book forgets the oldest first. */
  readonly #returning = new Map<number, number>();
  #current: TrueJob | undefined;
  #order = 0;

  constructor({ firstJobSequence }: TrueChainJobsOptions, { now }: TrueChainJobsModules) {
    this.#now = now;
    this.#book = new JobBook({
      firstSequence: firstJobSequence,
      maxAgeMs: MAX_JOB_AGE_MS,
      maxJobs: MAX_JOBS,
      maxRetired: MAX_RETIRED_JOBS,
      maxRetiredMs: MAX_RETIRED_MS,
    });
  }

  /** The newest job; undefined until a node has given work. */
  get current(): TrueJob | undefined {
    return this.#current;
  }

  /** Number of the newest header. */
  get newest(): number {
    return this.#book.newest;
  }

  get oldestLive(): number {
    return this.#book.oldestLive;
  }

  /** Number of the oldest header that is still recognised, stale ones included: it may come back. */
  get oldestKnown(): number {
    return this.#book.oldestKnown;
  }

  /** The oldest terms of a header that is still recognised, or may still come. */
  get oldestTerms(): number {
    let oldest = this.#terms.oldest;
    for (const { work } of this.#book.known()) oldest = Math.min(oldest, work.terms);
    return oldest;
  }

  /** The terms of a header; undefined where it is not known any more. */
  termsOf(sequence: number): number | undefined {
    return this.#book.find(sequence)?.job.work.terms;
  }

  /** When the oldest header was made whose shares still count, or may count again; infinite where there is none. */
  get liveSince(): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (const [sequence, since] of this.#returning) {
      if (this.#book.find(sequence) === undefined) this.#returning.delete(sequence);
      else oldest = Math.min(oldest, since);
    }
    return oldest;
  }

  find(sequence: number): { job: Job<PricedWork>; staleSince: number | undefined } | undefined {
    return this.#book.find(sequence);
  }

  /** Whether this header had a job before. @param header 64 hex digits */
  knows(header: string): boolean {
    return this.#numbers.has(header);
  }

  /** What its shares have to meet, where that is settled. @param header 64 hex digits */
  priceOf(header: string): bigint | undefined {
    const number = this.#numbers.get(header);
    return number === undefined ? undefined : this.#book.find(number)?.job.work.price;
  }

  /**
   * A header is to be mined.
   * @param price of a header that is new: see `PricedWork`
   * @param unseenMs see `Coming`
   * @param unpaid its shares are never to count: what they are worth was settled in another way
   * @returns its job, and the groups of jobs that had to go for it
   */
  take(
    work: TrueChainWork,
    price: bigint | undefined,
    { unseenMs = 0, unpaid = false }: { readonly unseenMs?: number; readonly unpaid?: boolean } = {},
  ): { job: Job<PricedWork>; gone: readonly string[] } {
    const header = encodeHex(work.headerHash);
    const number = this.#numbers.get(header);
    const known = number === undefined ? undefined : this.#book.revive(number);
    if (known !== undefined) {
      const job = this.#book.renew(known.sequence, { ...known.work, work }) ?? known;
      return { job, gone: [] };
    }
    const isForgotten = this.#numbers.has(header);
    const networkTarget = easierOf(work.blockTarget, work.fruitTarget);
    const terms = this.#terms.of(this.#book.next, this.#now(), unseenMs);
    const { job, gone } = this.#book.add({ work, networkTarget, price, terms }, header, this.#now());
    this.#remember(header, isForgotten || unpaid ? undefined : job.sequence);
    if (!isForgotten && !unpaid) this.#returning.set(job.sequence, job.since);
    for (const sequence of this.#returning.keys()) {
      if (this.#book.find(sequence) !== undefined) break;
      this.#returning.delete(sequence);
    }
    // What its shares were worth is no longer known. It may still bring blocks and fruits.
    const buried = isForgotten || unpaid;
    if (buried) this.#book.bury(job, this.#now());
    return { job, gone: [...gone, ...(buried ? [job] : [])].map(({ group }) => group) };
  }

  /** The price of a job that went out before it was settled. @returns the job as it is now */
  settle(sequence: number, price: bigint): Job<PricedWork> | undefined {
    const { job, staleSince } = this.#book.find(sequence) ?? {};
    if (job === undefined || staleSince !== undefined || job.work.price !== undefined) return undefined;
    return this.#book.renew(sequence, { ...job.work, price });
  }

  /**
   * The job as sessions get it, now the newest.
   * @param target the one target of its header, as miners are to be told; undefined where each connection has its own
   */
  handOut(job: Job<PricedWork>, target: bigint | undefined): TrueJob {
    const { work, networkTarget, terms } = job.work;
    this.#order += 1;
    this.#current = {
      sequence: job.sequence,
      terms,
      order: this.#order,
      seedHash: encodeHex(work.dataset.hash),
      headerHash: job.group,
      target,
      networkTarget,
      oldestKnown: this.oldestKnown,
    };
    return this.#current;
  }

  #remember(header: string, number: number | undefined): void {
    this.#numbers.delete(header);
    this.#numbers.set(header, number);
    for (const oldest of this.#numbers.keys()) {
      if (this.#numbers.size <= MAX_NUMBERS) break;
      this.#numbers.delete(oldest);
    }
  }
}
