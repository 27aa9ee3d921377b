import { IntrusiveList, ListNode } from './intrusive-list.ts';
import type { Lane } from './lane.ts';
import { RoundRobin } from './round-robin.ts';

// The fair queue. An address that floods makes its own jobs wait longer, and nobody else's.
//
//   push(job) --> urgent?  yes --> urgent:   RoundRobin       take() serves
//                          no  --> ordinary: RoundRobin         1. lost jobs (they had their turn)
//                                                               2. urgent jobs
//   RoundRobin    [group A] -> [group B] -> [group C]           3. ordinary jobs
//                     |            |            |
//                 member 1     member 7     member 9          One turn: the first job of the first member of the
//                 j1 j2 j3     j1           j1 j2             first group. Group and member then go to the end.
//                 member 2
//                 j1                                          makeRoom() takes the newest job of the largest member
//   MaxBuckets    counts jobs of groups and of members          of the largest group (here j3 of member 1).
//   byAge         all jobs but the lost ones, oldest first

/** What can wait in a `FairQueue`. */
export class QueueEntry extends ListNode<QueueEntry> {
  readonly lane: Lane;
  /** The time of its arrival, by any monotonic clock. */
  readonly since: number;

  constructor(lane: Lane, since: number) {
    super();
    this.lane = lane;
    this.since = since;
  }
}

/** The jobs that wait for the workers; the picture above shows their order. Its owner bounds it. */
export class FairQueue<T extends QueueEntry> {
  #lost: T[] = [];
  /** Urgent jobs take turns too: on a chain where blocks are easy to find, they can be a flood. */
  readonly #urgent = new RoundRobin<T>();
  readonly #ordinary = new RoundRobin<T>();
  /** All jobs but the lost ones, in the order of their arrival. */
  readonly #byAge = new IntrusiveList<QueueEntry>();

  get length(): number {
    return this.#lost.length + this.#urgent.length + this.#ordinary.length;
  }

  /** How many groups have jobs that are not urgent. */
  get groups(): number {
    return this.#ordinary.groups;
  }

  /** When the oldest job arrived; undefined where the queue is empty. */
  get oldest(): number | undefined {
    return this.#lost.reduce(
      (oldest, { since }) => Math.min(oldest ?? since, since),
      this.#byAge.first?.since,
    );
  }

  push(job: T): void {
    this.#robinOf(job.lane).push(job);
    this.#byAge.push(job);
  }

  /** Puts jobs that a worker lost in front of all others, in their order. */
  returnToFront(jobs: readonly T[]): void {
    this.#lost = [...jobs, ...this.#lost];
  }

  /** @returns up to `count` jobs, taken out */
  take(count: number): T[] {
    const taken = this.#lost.splice(0, count);
    while (taken.length < count) {
      const job = this.#urgent.shift() ?? this.#ordinary.shift();
      if (job === undefined) break;
      this.#byAge.remove(job);
      taken.push(job);
    }
    return taken;
  }

  /**
   * Makes room for a job of this lane: among the urgent jobs if the lane is urgent, among the ordinary ones otherwise.
   * @returns the newest job of the lane with the most jobs, taken out; undefined where no lane has more than this one would have
   */
  makeRoom(lane: Lane): T | undefined {
    const job = this.#robinOf(lane).makeRoom(lane);
    if (job !== undefined) this.#byAge.remove(job);
    return job;
  }

  #robinOf({ urgent }: Lane): RoundRobin<T> {
    return urgent === true ? this.#urgent : this.#ordinary;
  }
}
