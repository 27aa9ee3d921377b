import { GroupSizes } from './group-sizes.ts';

export interface KeptSessionsOptions {
  /** How long a session may be resumed after its connection has ended, in milliseconds; 0: never. */
  readonly keepMs: number;
  /** Most kept sessions. Each holds a nonce1 and some hundred bytes. */
  readonly max: number;
}

interface Entry<T> {
  readonly value: T;
  readonly group: string;
  readonly until: number;
}

/**
 * Sessions whose connection has ended, by their id, until they are resumed or are too old. Where there are too many, the
 * group with the most of them loses its oldest one: a client that comes and goes as fast as it can then pushes out its own
 * sessions, and not those of others.
 */
export class KeptSessions<T> {
  readonly #sessions = new Map<string, Entry<T>>();
  /** The ids of each group, and how many they are. */
  readonly #groups = new GroupSizes();
  readonly #onDropped: (value: T) => void;
  #options: KeptSessionsOptions;

  /** @param onDropped called with the value of a session that can no longer be resumed */
  constructor(options: KeptSessionsOptions, onDropped: (value: T) => void) {
    this.#options = options;
    this.#onDropped = onDropped;
  }

  get size(): number {
    return this.#sessions.size;
  }

  update(options: KeptSessionsOptions): void {
    this.#options = options;
  }

  /**
   * @param group who shares the places with whom, such as all connections of an address
   * @returns false where sessions are not kept: then the caller has to release the value
   */
  keep(id: string, value: T, { group, now }: { readonly group: string; readonly now: number }): boolean {
    const { keepMs, max } = this.#options;
    if (keepMs === 0 || max === 0) return false;
    this.#sessions.set(id, { value, group, until: now + keepMs });
    this.#groups.add(group, id);
    while (this.#sessions.size > max) {
      const oldest = this.#groups.oldestOfLargest();
      if (oldest === undefined) break;
      this.#drop(oldest);
    }
    return true;
  }

  /** Hands a session over, once. */
  take(id: string, now: number): T | undefined {
    const entry = this.#sessions.get(id);
    if (entry === undefined || now > entry.until) return undefined;
    this.#forget(id, entry);
    return entry.value;
  }

  /** Drops sessions that are too old; to be called about every second. After `update` their times may not ascend. */
  prune(now: number): void {
    for (const [id, { until }] of this.#sessions) {
      if (now <= until) break;
      this.#drop(id);
    }
  }

  /** Drops all sessions: none of them can be resumed any more. */
  clear(): void {
    for (const id of [...this.#sessions.keys()]) this.#drop(id);
  }

  #drop(id: string): void {
    const entry = this.#sessions.get(id);
    if (entry === undefined) return;
    this.#forget(id, entry);
    this.#onDropped(entry.value);
  }

  #forget(id: string, { group }: Entry<T>): void {
    this.#sessions.delete(id);
    this.#groups.delete(group, id);
  }
}
