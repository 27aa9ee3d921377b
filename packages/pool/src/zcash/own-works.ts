import type { ZcashJob } from '@adit/stratum';

/** All targets that change within this time share one work. At one a second, 4,096 works of a tip last over an hour. */
const OWN_WORK_MS = 1_000;

/** Works that are made for some connections of all ports, between two works of the node. */
export class OwnWorks {
  readonly #make: () => ZcashJob | undefined;
  readonly #hands: ((job: ZcashJob) => void)[] = [];
  #at = Number.NEGATIVE_INFINITY;

  /** @param make makes a work that nobody has seen yet; undefined where only the node can make one */
  constructor(make: () => ZcashJob | undefined) {
    this.#make = make;
  }

  /** Registers a port's receiver of works. One for each port. */
  hear(hand: (job: ZcashJob) => void): void {
    this.#hands.push(hand);
  }

  /**
   * Makes a work for all connections that wait for one, on all ports. At most one a second, because a job book holds 4,096
   * jobs and a tip may live for an hour.
   */
  give(now: number): void {
    if (now - this.#at < OWN_WORK_MS) return;
    const job = this.#make();
    if (job === undefined) return;
    this.#at = now;
    for (const hand of this.#hands) hand(job);
  }
}
