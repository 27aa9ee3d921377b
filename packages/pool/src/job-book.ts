import { MAX_JOB_SEQUENCE } from '@adit/stratum';

export interface Job<W> {
  readonly sequence: number;
  readonly work: W;
  /** What two shares must have in common to be duplicates: parent block, or header. */
  readonly group: string;
  readonly since: number;
}

/** A job that was replaced, and when. */
interface Retired<W> {
  readonly job: Job<W>;
  readonly at: number;
}

export interface JobBookOptions {
  /** Anything up to 2^31: a restarted pool should not give old ids to new jobs. */
  readonly firstSequence: number;
  /** Work lives so long at the most, in milliseconds: this bounds duplicate sets and grants. */
  readonly maxAgeMs: number;
  /** Live jobs at the most; the oldest goes first. */
  readonly maxJobs: number;
  /** Retired jobs that are still recognised, as stale. */
  readonly maxRetired: number;
}

/** The jobs of one chain, by ascending sequence: live ones, and some that are stale. */
export class JobBook<W> {
  readonly #options: JobBookOptions;
  readonly #live = new Map<number, Job<W>>();
  readonly #retired = new Map<number, Retired<W>>();
  #next: number;

  constructor(options: JobBookOptions) {
    this.#options = options;
    this.#next = options.firstSequence;
  }

  get newest(): number {
    return this.#next - 1;
  }

  /** Sequence of the oldest job that is still accepted. */
  get oldestLive(): number {
    return this.#live.keys().next().value ?? this.#next;
  }

  /** Sequence of the oldest job that is still recognised, stale ones included. */
  get oldestKnown(): number {
    return this.#retired.keys().next().value ?? this.oldestLive;
  }

  /** @returns the new job, and those that had to go for it */
  add(work: W, group: string, now: number): { job: Job<W>; gone: Job<W>[] } {
    // 32 bits last for 270 years at a job every two seconds; after them ids begin anew.
    if (this.#next > MAX_JOB_SEQUENCE) this.#next = 1;
    const job = { sequence: this.#next, work, group, since: now };
    this.#next += 1;
    this.#live.set(job.sequence, job);
    const { maxAgeMs, maxJobs } = this.#options;
    const tooMany = this.#live.size - maxJobs;
    let index = 0;
    const gone = this.retire((old) => {
      index += 1;
      return old !== job && (index <= tooMany || now - old.since > maxAgeMs);
    }, now);
    return { job, gone };
  }

  /** Makes jobs stale. @returns them */
  retire(which: (job: Job<W>) => boolean, now: number): Job<W>[] {
    const gone = [...this.#live.values()].filter(which);
    for (const job of gone) {
      this.#live.delete(job.sequence);
      this.#retired.set(job.sequence, { job, at: now });
    }
    for (const sequence of this.#retired.keys()) {
      if (this.#retired.size <= this.#options.maxRetired) break;
      this.#retired.delete(sequence);
    }
    return gone;
  }

  /** @returns the job, and when it became stale, if it is */
  find(sequence: number): { job: Job<W>; staleSince: number | undefined } | undefined {
    const live = this.#live.get(sequence);
    if (live !== undefined) return { job: live, staleSince: undefined };
    const retired = this.#retired.get(sequence);
    return retired === undefined ? undefined : { job: retired.job, staleSince: retired.at };
  }

  /** Whether a live job still needs this group. */
  needsGroup(group: string): boolean {
    for (const job of this.#live.values()) if (job.group === group) return true;
    return false;
  }
}
