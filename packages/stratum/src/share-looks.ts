import { sameWeight } from './wanted-weight.ts';

/** If the gap between two looks is longer, this process was asleep, and the miner was not silent. */
const LONGEST_LOOK_MS = 10_000;

/**
 * The clock of one connection, and the shares since the last look at it (about once a second). Time counts only while
 * the miner has a job that it could answer: not before its first job, not between two connections of a session, and not
 * in an outage. Pure: callers hand in the time, in milliseconds of a monotonic clock.
 */
export class ShareLooks {
  /** Shares in the look that `close` ended: those of the weight in force, then all others, with their mean weight. */
  own = 0;
  other = 0;
  otherMean = 0;
  #lookedAt: number;
  #handed = false;
  #idle = false;
  #cameOwn = 0;
  #cameOther = 0;
  #cameOtherWork = 0;

  constructor(now: number) {
    this.#lookedAt = now;
  }

  get running(): boolean {
    return this.#handed && !this.#idle;
  }

  /** A job was sent. */
  hand(now: number): void {
    if (!this.running) this.#begin(now);
    this.#handed = true;
    this.#idle = false;
  }

  /** There is work again that counts. This has no effect if the miner has no job yet. */
  work(now: number): void {
    if (!this.#idle) return;
    this.#idle = false;
    this.#begin(now);
  }

  /** The miner has no work that counts: its jobs are stale, or the chain gives no work. */
  rest(): void {
    this.#idle = true;
  }

  /** The session has a new connection, whose first job is still to come. */
  reconnect(now: number): void {
    this.#handed = false;
    this.#begin(now);
  }

  add(weight: bigint, inForce: bigint): void {
    if (sameWeight(inForce, weight)) this.#cameOwn += 1;
    else {
      this.#cameOther += 1;
      this.#cameOtherWork += Number(weight);
    }
  }

  /** Ends a look. @returns its milliseconds; 0 if nothing can be judged, or not yet */
  close(now: number): number {
    const elapsed = now - this.#lookedAt;
    // The clock stands still or steps back: the next look counts these shares.
    if (elapsed <= 0) return 0;
    this.own = this.#cameOwn;
    this.other = this.#cameOther;
    this.otherMean = this.other === 0 ? 0 : this.#cameOtherWork / this.other;
    const counts = this.running && elapsed <= LONGEST_LOOK_MS;
    this.#begin(now);
    return counts ? elapsed : 0;
  }

  #begin(now: number): void {
    this.#lookedAt = now;
    this.#cameOwn = this.#cameOther = this.#cameOtherWork = 0;
  }
}
