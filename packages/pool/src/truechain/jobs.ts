import type { TrueChainWork } from '@adit/chain';
import { encodeHex } from '@adit/primitives';
import { easierOf, type SharePrice, type Terms, type TrueJob } from '@adit/stratum';
import { type Job, JobBook } from '../shares/job-book.ts';
import { HeaderTerms } from './header-terms.ts';

/** A header, and what its shares have to meet. */
export interface PricedWork {
  /** The work as the node gave it last: its network targets decide what is a block or a fruit. */
  readonly work: TrueChainWork;
  /** The easier of the network's targets when the header was first seen. Shares never have to meet a harder one. */
  readonly networkTarget: bigint;
  /** The one price of this header. Undefined where each connection has its own target, or before it is settled. */
  readonly price: SharePrice | undefined;
  /** The numbers whose share targets hold for this header, where each connection has its own: see `TrueJob`. */
  readonly terms: Terms;
}

export interface TrueChainJobsOptions {
  readonly firstJobSequence: number;
}

export interface TrueChainJobsModules {
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/** Most live jobs: ten minutes at a header every two seconds are 300. */
const MAX_JOBS = 512;
/** A node honours a header for an hour, but after ten minutes a share for it only shows that its miner is slow. */
const MAX_JOB_AGE_MS = 600_000;
const MAX_RETIRED_JOBS = 512;
/** A node takes fruits for a header for this long. */
const MAX_RETIRED_MS = 3600_000;
/** Most headers whose numbers are kept, those of forgotten jobs included. At one every two seconds: nine hours. */
const MAX_NUMBERS = 16_384;

/**
 * The headers of one chain as jobs. The worth of a share follows from the number of its header, so each header has one
 * number, even where the node gives the header again with other targets.
 */
export class TrueChainJobs {
  readonly #now: () => number;
  readonly #book: JobBook<PricedWork>;
  readonly #terms = new HeaderTerms();
  /** By header hash; undefined where its shares never count: the header came again after its job was forgotten, say. */
  readonly #numbers = new Map<string, number | undefined>();
  /** Numbers of headers that live or may come back, each with the time at which its job was made, in that order. */
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

  /** Number of the oldest header that is still recognised. Stale headers are included, as they may come back. */
  get oldestKnown(): number {
    return this.#book.oldestKnown;
  }

  /** The oldest terms of a header that is still recognised, or may still come. */
  get oldestTerms(): number {
    let oldest = this.#terms.oldest;
    for (const { work } of this.#book.known()) oldest = Math.min(oldest, work.terms.oldest);
    return oldest;
  }

  /** The terms of a header; undefined where the header is no longer known. */
  termsOf(sequence: number): Terms | undefined {
    return this.#book.find(sequence)?.job.work.terms;
  }

  /** Time of the oldest header whose shares still count, or may count again; infinite where there is none. */
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

  /** What shares of the header have to meet, where it is settled. @param header 64 hex digits */
  priceOf(header: string): SharePrice | undefined {
    const number = this.#numbers.get(header);
    return number === undefined ? undefined : this.#book.find(number)?.job.work.price;
  }

  /**
   * Makes the job of a header, or takes up the one that it has.
   * @param price for a new header: see `PricedWork`
   * @param unseenMs see `Coming`
   * @param unpaid whether shares of the header never count, because their worth was settled in another way
   * @returns the job, and the groups of jobs that were retired for it
   */
  take(
    work: TrueChainWork,
    price: SharePrice | undefined,
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
    // Nobody knows any more what shares of the header are worth. It may still bring blocks and fruits.
    const buried = isForgotten || unpaid;
    if (buried) this.#book.bury(job, this.#now());
    return { job, gone: [...gone, ...(buried ? [job] : [])].map(({ group }) => group) };
  }

  /** Sets the price of a job that went out without one. @returns the job; undefined where it is stale or has a price */
  settle(sequence: number, price: SharePrice): Job<PricedWork> | undefined {
    const { job, staleSince } = this.#book.find(sequence) ?? {};
    if (job === undefined || staleSince !== undefined || job.work.price !== undefined) return undefined;
    return this.#book.renew(sequence, { ...job.work, price });
  }

  /**
   * Makes the newest job, in the form that sessions take.
   * @param target the one target of the header, as miners see it; undefined where each connection has its own
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
