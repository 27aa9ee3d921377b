/** A walk that is under way, whatever its members are. */
export interface Walk {
  /** Whether all members have been visited, or the walk was cancelled. */
  readonly over: boolean;
  /** Ends the walk without a report. */
  cancel(): void;
}

/** The report of a walk that has visited all members. */
export interface Walked {
  readonly visited: number;
  readonly ms: number;
  /** The longest time for which the walk held the main thread. */
  readonly longestSliceMs: number;
}

export interface SliceModules {
  readonly now: () => number;
  /** Runs the next slice after other work that waits, above all shares. */
  readonly later: (run: () => void) => void;
}

/** Wanted length of a slice. Its last visit or a garbage collection can make it longer; it must stay below 5 ms. */
const SLICE_MS = 1;

const DEFAULT_MODULES: SliceModules = { now: () => performance.now(), later: setImmediate };

/**
 * Visits all members, a millisecond at a time, so that the pool answers shares between the slices. The first slice runs
 * at once. A Set may change during the walk: members that leave are not visited, and members that come are.
 */
export class SlicedWalk<T> implements Walk {
  readonly #modules: SliceModules;
  readonly #visit: (member: T) => void;
  readonly #done: (walked: Walked) => void;
  readonly #start: number;
  readonly #members: Iterator<T>;
  #visited = 0;
  #longest = 0;
  #over = false;

  constructor(
    members: Iterable<T>,
    visit: (member: T) => void,
    done: (walked: Walked) => void = () => {},
    modules: SliceModules = DEFAULT_MODULES,
  ) {
    this.#modules = modules;
    this.#visit = visit;
    this.#done = done;
    this.#start = modules.now();
    this.#members = members[Symbol.iterator]();
    this.#slice();
  }

  get over(): boolean {
    return this.#over;
  }

  cancel(): void {
    this.#over = true;
  }

  #slice(): void {
    if (this.#over) return;
    const { now, later } = this.#modules;
    const start = now();
    for (;;) {
      const next = this.#members.next();
      if (next.done === true) return this.#finish(start);
      this.#visited += 1;
      this.#visit(next.value);
      if (now() - start >= SLICE_MS) break;
    }
    this.#longest = Math.max(this.#longest, now() - start);
    later(() => this.#slice());
  }

  #finish(sliceStart: number): void {
    this.#over = true;
    const end = this.#modules.now();
    this.#done({
      visited: this.#visited,
      ms: end - this.#start,
      longestSliceMs: Math.max(this.#longest, end - sliceStart),
    });
  }
}
