import { SlicedWalk, type Walk, type Walked } from './slices.ts';

/** A connection that is handed jobs. */
interface Receiver {
  /** Order of the newest job that it was handed. */
  job: number;
}

export interface JobFanOutModules<Member extends Receiver, Job> {
  /** All connections; those that come and go during a broadcast included. */
  readonly members: Iterable<Member>;
  readonly send: (member: Member, job: Job, clean: boolean) => void;
  /** Every connection has the job. */
  readonly onDone: (walked: Walked, clean: boolean) => void;
}

/**
 * Brings jobs to all connections of a port, in slices. A job that comes during a broadcast goes to the connections that
 * still wait first, and then to the others. A connection that missed a clean job gets the next one as clean.
 */
export class JobFanOut<Member extends Receiver, Job extends { readonly order: number }> {
  readonly #modules: JobFanOutModules<Member, Job>;
  #walk: Walk | undefined;
  #newest: Job | undefined;
  /** Order of the newest job that is clean: a connection without a job since then must drop what it has. */
  #cleanSince = 0;

  constructor(modules: JobFanOutModules<Member, Job>) {
    this.#modules = modules;
  }

  broadcast(job: Job, clean: boolean): void {
    if (clean) this.#cleanSince = job.order;
    this.#newest = job;
    if (this.#walk?.over !== false) this.#handOut(job, clean);
  }

  /** Gives a connection a job, unless it has a newer one: a connection that comes during a broadcast has. */
  hand(member: Member, job: Job): void {
    if (member.job >= job.order) return;
    const clean = member.job < this.#cleanSince;
    member.job = job.order;
    this.#modules.send(member, job, clean);
  }

  cancel(): void {
    this.#walk?.cancel();
  }

  #handOut(job: Job, clean: boolean): void {
    const { members, onDone } = this.#modules;
    this.#walk = new SlicedWalk(
      members,
      (member) => this.hand(member, this.#newest ?? job),
      (walked) => {
        onDone(walked, clean);
        const newest = this.#newest ?? job;
        if (newest.order > job.order) this.#handOut(newest, this.#cleanSince === newest.order);
      },
    );
  }
}
