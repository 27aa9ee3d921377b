import { MAX_JOB_SEQUENCE } from '@adit/stratum';

/** One header space that is handed out. Its sequence is its identity: the terms of its shares follow from it. */
export interface Job<W> {
  readonly sequence: number;
  readonly work: W;
  /** What two shares must have in common to be duplicates: parent block, or header. */
  readonly group: string;
  /** Time at which the job was made, in milliseconds of a clock that only grows. */
  readonly since: number;
}

/** A stale job, and when it was retired. */
interface Retired<W> {
  readonly job: Job<W>;
  readonly at: number;
  /** Whether its shares never count, not even within the grace. */
  readonly never: boolean;
}

/** The bounds of a book of jobs. */
export interface JobBookOptions {
  /** At most 2^31, and not always the same: a restarted pool should not give old ids to new jobs. */
  readonly firstSequence: number;
  /** Longest life of a job, in milliseconds. It bounds duplicate sets and grants. */
  readonly maxAgeMs: number;
  /** Most live jobs; the oldest is retired first. */
  readonly maxJobs: number;
  /** Most retired jobs that are still recognised, as stale. */
  readonly maxRetired: number;
  /** How long a retired job is recognised, in milliseconds. Default: for ever. */
  readonly maxRetiredMs?: number;
}

/** The jobs of one chain: live ones, and some that are stale. Times are those of a clock that only grows. */
export class JobBook<W> {
  readonly #options: JobBookOptions;
  readonly #live = new Map<number, Job<W>>();
  readonly #retired = new Map<number, Retired<W>>();
  #next: number;
  /** Values of the getters below; undefined where they have to be computed. */
  #oldestLive: number | undefined;
  #oldestKnown: number | undefined;
  #liveSince: number | undefined;

  constructor(options: JobBookOptions) {
    this.#options = options;
    this.#next = options.firstSequence;
  }

  get newest(): number {
    return this.#next - 1;
  }

  /** Sequence of the next job. */
  get next(): number {
    return this.#next > MAX_JOB_SEQUENCE ? 1 : this.#next;
  }

  /** Sequence of the oldest job that is still accepted. */
  get oldestLive(): number {
    this.#oldestLive ??= least(this.#live.keys(), this.#next);
    return this.#oldestLive;
  }

  /** Sequence of the oldest job that is still recognised; stale jobs are included. */
  get oldestKnown(): number {
    this.#oldestKnown ??= least(this.#retired.keys(), this.oldestLive);
    return this.#oldestKnown;
  }

  /** Time of the oldest job whose shares are still accepted; infinite where there is none. */
  get liveSince(): number {
    this.#liveSince ??= least(
      [...this.#live.values()].map(({ since }) => since),
      Number.POSITIVE_INFINITY,
    );
    return this.#liveSince;
  }

  /** @returns the new job, and those that were retired because they are too many or too old */
  add(work: W, group: string, now: number): { job: Job<W>; gone: Job<W>[] } {
    // 32 bits last for 136 years at a job every second. After them ids begin again at 1.
    const job = { sequence: this.next, work, group, since: now };
    this.#next = job.sequence + 1;
    this.#live.set(job.sequence, job);
    this.#changed();
    const { maxAgeMs, maxJobs } = this.#options;
    const tooMany = this.#live.size - maxJobs;
    let index = 0;
    const gone = this.retire((old) => {
      index += 1;
      return old !== job && (index <= tooMany || now - old.since > maxAgeMs);
    }, now);
    return { job, gone };
  }

  /** Makes a job stale from its beginning: it may bring blocks, but its shares never count. */
  bury(job: Job<W>, now: number): void {
    this.#live.delete(job.sequence);
    this.#retired.set(job.sequence, { job, at: now, never: true });
    this.#changed();
  }

  /** Makes jobs stale. @returns these jobs */
  retire(which: (job: Job<W>) => boolean, now: number): Job<W>[] {
    const gone = [...this.#live.values()].filter(which);
    for (const job of gone) {
      this.#live.delete(job.sequence);
      this.#retired.set(job.sequence, { job, at: now, never: false });
    }
    const { maxRetired, maxRetiredMs = Number.POSITIVE_INFINITY } = this.#options;
    // Retired jobs are in the order in which they were retired.
    for (const [sequence, { at }] of this.#retired) {
      if (this.#retired.size <= maxRetired && now - at <= maxRetiredMs) break;
      this.#retired.delete(sequence);
    }
    this.#changed();
    return gone;
  }

  /** Makes a stale job live again, under its own number. @returns the job; undefined where it is not known */
  revive(sequence: number): Job<W> | undefined {
    const { job } = this.find(sequence) ?? {};
    if (job === undefined) return undefined;
    this.#retired.delete(sequence);
    this.#live.set(sequence, job);
    this.#changed();
    return job;
  }

  /** Replaces the work of a live job by a newer one of its header space. @returns undefined where it is not live */
  renew(sequence: number, work: W): Job<W> | undefined {
    const live = this.#live.get(sequence);
    if (live === undefined) return undefined;
    const job = { ...live, work };
    this.#live.set(sequence, job);
    return job;
  }

  /** @returns the job, and the time since which it is stale: minus infinity where its shares never count */
  find(sequence: number): { job: Job<W>; staleSince: number | undefined } | undefined {
    const live = this.#live.get(sequence);
    if (live !== undefined) return { job: live, staleSince: undefined };
    const retired = this.#retired.get(sequence);
    if (retired === undefined) return undefined;
    return { job: retired.job, staleSince: retired.never ? Number.NEGATIVE_INFINITY : retired.at };
  }

  /** All jobs that are still recognised; stale jobs are included. */
  *known(): Generator<Job<W>> {
    yield* this.#live.values();
    for (const { job } of this.#retired.values()) yield job;
  }

  #changed(): void {
    this.#oldestLive = this.#oldestKnown = this.#liveSince = undefined;
  }

  /** Whether a live job still needs this group. */
  needsGroup(group: string): boolean {
    for (const job of this.#live.values()) if (job.group === group) return true;
    return false;
  }
}

function least(numbers: Iterable<number>, otherwise: number): number {
  let result = otherwise;
  for (const number of numbers) result = Math.min(result, number);
  return result;
}
