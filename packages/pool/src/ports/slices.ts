/** A walk that is under way, whoever it visits. */
export interface Walk {
  /** Everybody has been visited, or it was called off. */
  readonly over: boolean;
  /** Visits nobody any more, and reports nothing. */
  cancel(): void;
}

/** What came of a walk over many connections. */
export interface Walked {
  readonly visited: number;
  readonly ms: number;
  /** The longest time that nothing else could happen. */
  readonly longestSliceMs: number;
}

export interface SliceModules {
  readonly now: () => number;
  /** Runs the next slice after whatever else is waiting: shares, above all. */
  readonly later: (run: () => void) => void;
}

/** A slice may cost five: a last visit, or a collection of garbage, comes on top, and shares wait meanwhile. */
const SLICE_MS = 1;

const DEFAULT_MODULES: SliceModules = { now: () => performance.now(), later: setImmediate };

/**
 * Visits all members, a few milliseconds at a time, so that shares are answered meanwhile. The first slice
 * runs at once. A Set may change on the way: who left is not visited, who came is.
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
