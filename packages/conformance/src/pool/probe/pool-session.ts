import type { Reply } from '@adit/wire';
import { cannotTell, Judged } from '../../report/finding.ts';
import type { FirstJobs } from './first-jobs.ts';
import type { PoolConnection } from './pool-connection.ts';
import { inWords, isAccepted, isNoJob } from './replies.ts';

/** The parameters of one `mining.submit`. */
export type Submission = readonly unknown[];

export interface SeenJob {
  readonly id: string;
  readonly clean: boolean;
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
  /** The job's place among the messages of the connection. */
  readonly place: number;
}

export interface SessionOptions {
  readonly worker: string;
  readonly password: string;
}

/** The probe gives up after this many blocks in a row that came while it solved a share. */
const TRIES = 4;
/** The answer to a stale share may come this long before the job that makes it stale. */
export const OVERTAKING_MS = 500;

/** A session with a pool: a connection on which a worker is logged in, in any dialect. */
export abstract class PoolSession<Job extends SeenJob = SeenJob> {
  readonly connection: PoolConnection;
  readonly worker: string;
  /** What the run knows of first jobs. */
  firstJobs: FirstJobs | undefined;

  constructor(connection: PoolConnection, worker: string) {
    this.connection = connection;
    this.worker = worker;
  }

  /** The readable jobs so far, in order. */
  abstract jobs(): readonly Job[];

  /** Solves a share that the pool must accept. @throws Judged `cannot_tell` where that takes too long */
  abstract good(job?: Job): Promise<Submission>;

  /** Solves a right share of the newest job under another nonce1 than this connection's. @throws Judged `cannot_tell` */
  abstract goodUnder(nonce1: Uint8Array): Promise<Submission>;

  /** Makes a submission that is well-formed, but not a share. */
  abstract wrong(job?: Job): Promise<Submission>;

  /** The same submission for another job. */
  withJob(submission: Submission, jobId: unknown): Submission {
    return submission.with(1, jobId);
  }

  /** The newest job. Waits for the first. @throws Judged `cannot_tell` where none comes */
  async job(): Promise<Job> {
    if (this.jobs().length === 0) {
      const came = await this.connection.until(() => this.jobs().length > 0, this.firstJobs?.waitMs);
      this.firstJobs?.waited(came);
    }
    const job = this.jobs().at(-1);
    if (job === undefined) throw new Judged(cannotTell('the pool sent no job that could be read'));
    return job;
  }

  async submit(submission: Submission): Promise<Reply | undefined> {
    return await this.connection.request('mining.submit', submission);
  }

  /** Whether a clean job has come after this one. */
  movedOn(job: SeenJob): boolean {
    return this.jobs().some(({ clean, place }) => clean && place > job.place);
  }

  /** Whether the pool refused a share for its job because a new block had come. Such a refusal is right. */
  async isStale(job: SeenJob, reply: Reply | undefined): Promise<boolean> {
    return isNoJob(reply) && (await this.connection.until(() => this.movedOn(job), OVERTAKING_MS));
  }

  /**
   * Solves a share of the newest job and submits it. Tries again where a new block has made the share stale.
   * @param attempt solves and submits; a right share where left out
   * @throws Judged `cannot_tell` after `TRIES` stale shares
   */
  async submitFresh(
    attempt: (job: Job) => Promise<Reply | undefined> = async (job) =>
      await this.submit(await this.good(job)),
  ): Promise<Reply | undefined> {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const job = await this.job();
      const reply = await attempt(job);
      if (!(await this.isStale(job, reply))) return reply;
    }
    throw new Judged(cannotTell('blocks came faster than a share could be solved'));
  }

  /** Submits a share that the pool accepts. @throws Judged `cannot_tell` where it does not */
  async accepted(): Promise<Submission> {
    let submission: Submission = [];
    const reply = await this.submitFresh(async (job) => {
      submission = await this.good(job);
      return await this.submit(submission);
    });
    if (!isAccepted(reply)) throw new Judged(cannotTell(`a right share was not accepted: ${inWords(reply)}`));
    return submission;
  }
}
