import { cannotTell, Judged } from '../report/finding.ts';
import type { PoolConnection, Reply } from './pool-connection.ts';
import { isAccepted, isNoJob, told } from './replies.ts';

/** Parameters of one `mining.submit`. */
export type Submission = readonly unknown[];

export interface SeenJob {
  readonly id: string;
  readonly clean: boolean;
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
  /** Place in what the connection received. */
  readonly place: number;
}

export interface SessionOptions {
  readonly worker: string;
  readonly password: string;
}

/** Blocks in a row that come while a share is solved, before the probe gives up. */
const TRIES = 4;
/** The answer to a stale share may overtake the job that makes it stale. */
export const OVERTAKING_MS = 500;

/** A connection that is logged in as a worker: what checks of both dialects need, in one shape. */
export abstract class PoolSession<Job extends SeenJob = SeenJob> {
  readonly connection: PoolConnection;
  readonly worker: string;

  constructor(connection: PoolConnection, worker: string) {
    this.connection = connection;
    this.worker = worker;
  }

  /** All jobs so far that could be read, in order. */
  abstract jobs(): readonly Job[];

  /** A submission that the pool must accept. @throws Judged `cannot_tell` where it takes too long to solve */
  abstract good(job?: Job): Promise<Submission>;

  /** A right share of the newest job under another nonce1 than this connection's. @throws Judged `cannot_tell` */
  abstract goodUnder(nonce1: Uint8Array): Promise<Submission>;

  /** A submission with everything in its place that is no share. */
  abstract wrong(job?: Job): Promise<Submission>;

  /** The same submission for another job. */
  withJob(submission: Submission, jobId: unknown): Submission {
    return submission.with(1, jobId);
  }

  /** The newest job; waits for the first. @throws Judged `cannot_tell` where there is none */
  async job(): Promise<Job> {
    await this.connection.until(() => this.jobs().length > 0);
    const job = this.jobs().at(-1);
    if (job === undefined) throw new Judged(cannotTell('the pool sent no job that could be read'));
    return job;
  }

  async submit(submission: Submission): Promise<Reply | undefined> {
    return await this.connection.request('mining.submit', submission);
  }

  /** Whether a clean job has come behind this one. */
  movedOn(job: SeenJob): boolean {
    return this.jobs().some(({ clean, place }) => clean && place > job.place);
  }

  /** Whether the pool refused for the job, and a new block was the reason: then nothing can be held against it. */
  async isStale(job: SeenJob, reply: Reply | undefined): Promise<boolean> {
    return isNoJob(reply) && (await this.connection.until(() => this.movedOn(job), OVERTAKING_MS));
  }

  /**
   * Solves and submits for the newest job; again where a new block has made the share stale on the way.
   * @param attempt what is submitted: a right share where left out
   * @throws Judged `cannot_tell` where that happens again and again
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

  /** A share that the pool has accepted. @throws Judged `cannot_tell` where it accepts none */
  async accepted(): Promise<Submission> {
    let submission: Submission = [];
    const reply = await this.submitFresh(async (job) => {
      submission = await this.good(job);
      return await this.submit(submission);
    });
    if (!isAccepted(reply)) throw new Judged(cannotTell(`a right share was not accepted: ${told(reply)}`));
    return submission;
  }
}
