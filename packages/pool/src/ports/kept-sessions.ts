export interface KeptSessionsOptions {
  /** How long a session may be resumed after its connection has ended, in milliseconds; 0: never. */
  readonly keepMs: number;
  /** Most kept sessions; the oldest goes first. Each holds a nonce1 and some hundred bytes. */
  readonly max: number;
}

interface Entry<T> {
  readonly value: T;
  readonly until: number;
}

/** Sessions whose connection has ended, by their id, until they are resumed or are too old. */
export class KeptSessions<T> {
  readonly #sessions = new Map<string, Entry<T>>();
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

  /** @returns false where sessions are not kept: then the caller has to release the value */
  keep(id: string, value: T, now: number): boolean {
    const { keepMs, max } = this.#options;
    if (keepMs === 0 || max === 0) return false;
    this.#sessions.set(id, { value, until: now + keepMs });
    for (const [oldest, { value: dropped }] of this.#sessions) {
      if (this.#sessions.size <= max) break;
      this.#drop(oldest, dropped);
    }
    return true;
  }

  /** Hands a session over, once. */
  take(id: string, now: number): T | undefined {
    const entry = this.#sessions.get(id);
    if (entry === undefined || now > entry.until) return undefined;
    this.#sessions.delete(id);
    return entry.value;
  }

  /** Drops sessions that are too old; to be called about every second. After `update` their times may not ascend. */
  prune(now: number): void {
    for (const [id, { value, until }] of this.#sessions) {
      if (now <= until) break;
      this.#drop(id, value);
    }
  }

  /** Drops all sessions: none of them can be resumed any more. */
  clear(): void {
    for (const [id, { value }] of this.#sessions) this.#drop(id, value);
  }

  #drop(id: string, value: T): void {
    this.#sessions.delete(id);
    this.#onDropped(value);
  }
}
