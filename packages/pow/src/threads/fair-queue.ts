import { Linked, Row } from './row.ts';
import { type Lane, Turns } from './turns.ts';

/** What can wait in a `FairQueue`. */
export class Queued extends Linked<Queued> {
  readonly lane: Lane;
  /** When it came; any monotonic clock. */
  readonly since: number;

  constructor(lane: Lane, since: number) {
    super();
    this.lane = lane;
    this.since = since;
  }
}

/**
 * What waits for the workers: first what a worker lost (it had its turn), then urgent tasks, then the others, both in
 * turns, so that whoever sends much waits longer himself, and nobody else does. Bounded by its owner.
 */
export class FairQueue<T extends Queued> {
  #lost: T[] = [];
  /** In turns too: where blocks are easy to find, they can be a flood. */
  readonly #urgent = new Turns<T>();
  readonly #ordinary = new Turns<T>();
  /** All but the lost ones, in the order in which they came. */
  readonly #byAge = new Row<Queued>();

  get length(): number {
    return this.#lost.length + this.#urgent.length + this.#ordinary.length;
  }

  /** Of those that are not urgent. */
  get groups(): number {
    return this.#ordinary.groups;
  }

  /** Since when the oldest task waits; undefined where none does. */
  get oldest(): number | undefined {
    return this.#lost.reduce(
      (oldest, { since }) => Math.min(oldest ?? since, since),
      this.#byAge.first?.since,
    );
  }

  push(task: T): void {
    this.#turnsOf(task.lane).push(task);
    this.#byAge.push(task);
  }

  /** Puts lost tasks back in front, in their order. */
  returnToFront(tasks: readonly T[]): void {
    this.#lost = [...tasks, ...this.#lost];
  }

  /** Up to `count` tasks. */
  take(count: number): T[] {
    const taken = this.#lost.splice(0, count);
    while (taken.length < count) {
      const task = this.#urgent.shift() ?? this.#ordinary.shift();
      if (task === undefined) break;
      this.#byAge.remove(task);
      taken.push(task);
    }
    return taken;
  }

  /**
   * Makes room for a task of this lane among those that are urgent as it is, or not urgent as it is.
   * @returns the newest task of whoever holds most of them, taken out; undefined where that is the lane itself
   */
  makeRoom(lane: Lane): T | undefined {
    const task = this.#turnsOf(lane).makeRoom(lane);
    if (task !== undefined) this.#byAge.remove(task);
    return task;
  }

  #turnsOf({ urgent }: Lane): Turns<T> {
    return urgent === true ? this.#urgent : this.#ordinary;
  }
}
