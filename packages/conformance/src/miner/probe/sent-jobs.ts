import type { SentJob } from './job.ts';

/** Jobs that a session remembers. Checks send some dozens on one connection, the other jobs are refreshes. */
const MAX_JOBS = 4_096;

/** The jobs that went out over one connection. */
export class SentJobs {
  readonly #jobs = new Map<string, SentJob>();
  /** For a job that was sent because the miner rests: the job before it. */
  readonly #followed = new WeakMap<SentJob, SentJob>();
  #newest: SentJob | undefined;

  /** @param earlier the jobs of the session that the miner resumes */
  constructor(earlier: Iterable<SentJob> = []) {
    for (const job of earlier) this.#jobs.set(job.id, job);
  }

  get newest(): SentJob | undefined {
    return this.#newest;
  }

  get byId(): ReadonlyMap<string, SentJob> {
    return this.#jobs;
  }

  /** Adds a job as the newest. A clean one withdraws those before it. */
  add(job: SentJob): void {
    if (job.clean) for (const older of this.#jobs.values()) older.endedAt ??= job.sentAt;
    this.#jobs.set(job.id, job);
    const oldest = this.#jobs.keys().next().value;
    if (this.#jobs.size > MAX_JOBS && oldest !== undefined) this.#jobs.delete(oldest);
    this.#newest = job;
  }

  /** Remembers that a job was sent because the miner rests after a share of the job before. */
  follows(job: SentJob, before: SentJob): void {
    this.#followed.set(job, before);
  }

  /** Whether a job is the original one, or was sent after it because the miner rests. */
  isOrFollows(job: SentJob | undefined, original: SentJob): boolean {
    for (let one = job; one !== undefined; one = this.#followed.get(one)) if (one === original) return true;
    return false;
  }
}
