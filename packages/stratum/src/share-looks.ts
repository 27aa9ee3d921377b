import { sameWeight } from './wanted-weight.ts';

/** A longer gap between two looks is this process's own sleep, not the miner's silence. */
const LONGEST_LOOK_MS = 10_000;

/**
 * The clock of one connection, and what came since it was last looked at. Time counts only while the miner has a job
 * that it could answer: none before its first job, none between two connections of a session, none in an outage.
 * Pure: time is handed in, in milliseconds of any monotonic clock.
 */
export class ShareLooks {
  /** The shares of the look that `close` ended: those of the weight in force, and others with their mean weight. */
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

  /** A job left. */
  hand(now: number): void {
    if (!this.running) this.#begin(now);
    this.#handed = true;
    this.#idle = false;
  }

  /** There is work again that counts; without effect where the miner has no job yet. */
  work(now: number): void {
    if (!this.#idle) return;
    this.#idle = false;
    this.#begin(now);
  }

  /** No work that counts: what it has is stale, or the chain gives none. */
  rest(): void {
    this.#idle = true;
  }

  /** The connection is another one: its first job is still to come. */
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

  /** @returns the milliseconds of this look; 0 where nothing can be judged (yet) */
  close(now: number): number {
    const elapsed = now - this.#lookedAt;
    // A clock that stands still or steps back: what came is judged by the next look.
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
