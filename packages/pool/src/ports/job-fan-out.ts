import { SlicedWalk, type Walk, type Walked } from './slices.ts';

/** A connection that receives jobs. */
interface Receiver {
  /** Order of the newest job that it has. */
  job: number;
}

export interface JobFanOutModules<Member extends Receiver, Job> {
  /** All connections. Connections may come and go during a broadcast. */
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
  /** Order of the newest clean job. A connection whose newest job is older must drop its jobs. */
  #cleanSince = 0;

  constructor(modules: JobFanOutModules<Member, Job>) {
    this.#modules = modules;
  }

  broadcast(job: Job, clean: boolean): void {
    if (clean) this.#cleanSince = job.order;
    this.#newest = job;
    if (this.#walk?.over !== false) this.#handOut(job, clean);
  }

  /** Gives a connection a job, unless it has that or a newer one, as one that came during the broadcast may. */
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
