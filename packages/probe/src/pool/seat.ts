import { cannotTell, Judged } from '../report/finding.ts';
import type { Peer, Reply } from './peer.ts';
import { isAccepted, told } from './replies.ts';

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

export interface SeatOptions {
  readonly worker: string;
  readonly password: string;
}

/** A connection that is logged in as a worker: what checks of both dialects need, in one shape. */
export abstract class Seat<Job extends SeenJob = SeenJob> {
  readonly peer: Peer;
  readonly worker: string;

  constructor(peer: Peer, worker: string) {
    this.peer = peer;
    this.worker = worker;
  }

  /** All jobs so far that could be read, in order. */
  abstract jobs(): readonly Job[];

  /** A submission that the pool must accept. @throws Judged `cannot_tell` where it takes too long to solve */
  abstract good(job?: Job): Promise<Submission>;

  /** A submission with everything in its place that is no share. */
  abstract wrong(job?: Job): Promise<Submission>;

  /** The same submission for another job. */
  withJob(submission: Submission, jobId: unknown): Submission {
    return submission.with(1, jobId);
  }

  /** The newest job; waits for the first. @throws Judged `cannot_tell` where there is none */
  async job(): Promise<Job> {
    await this.peer.until(() => this.jobs().length > 0);
    const job = this.jobs().at(-1);
    if (job === undefined) throw new Judged(cannotTell('the pool sent no job that could be read'));
    return job;
  }

  async submit(submission: Submission): Promise<Reply | undefined> {
    return await this.peer.request('mining.submit', submission);
  }

  /** A share that the pool has accepted. @throws Judged `cannot_tell` where it accepts none */
  async accepted(): Promise<Submission> {
    const submission = await this.good();
    const reply = await this.submit(submission);
    if (!isAccepted(reply)) throw new Judged(cannotTell(`a right share was not accepted: ${told(reply)}`));
    return submission;
  }
}
