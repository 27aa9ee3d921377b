import { fairGroupOf } from '@adit/net';

export interface SeedLimits {
  /** Bytes of one address (IPv6: of its /48), over all its connections. */
  readonly addressBytesPerSecond: number;
  /** Bytes of everybody. */
  readonly bytesPerSecond: number;
  /** Answers of one connection that may come at once, and the time after which there may be another one. */
  readonly connectionBurst: number;
  readonly connectionMs: number;
}

export const SEED_LIMITS: SeedLimits = {
  // 200 reference miners behind one address want 76 MB when the dataset changes: they have it in twenty seconds.
  addressBytesPerSecond: 4_000_000,
  // What a line of a gigabit carries, with room for jobs.
  bytesPerSecond: 100_000_000,
  // There and back across a border, and once more; the reference miner asks again and again where seeds do not fit.
  connectionBurst: 3,
  connectionMs: 10_000,
};

/** So much may come at once, as a time at the even rate. */
const BURST_MS = 1_000;
/** Each stays for a second or two, and only as many as a second's bytes come in. */
const MAX_ADDRESSES = 65_536;

/** Who asks for seeds. */
export interface SeedAsker {
  readonly address: string;
  readonly connection: number;
  /** What has been sent to it and has not left yet. */
  readonly unsentBytes: number;
}

/**
 * When the seeds of a dataset (379 KB, for a question of 60 bytes) may go to a connection: not before it has read what it
 * was sent, and at a rate for its address and for all. Who has to wait asks again, or rather is asked for: an answer is
 * put off, not refused, since the reference miner takes a refusal for the seeds.
 */
export class SeedBudget {
  readonly #limits: SeedLimits;
  /** When all that came would have been due at the even rate. */
  readonly #addresses = new Map<string, number>();
  readonly #connections = new Map<number, number>();
  #all = Number.NEGATIVE_INFINITY;

  constructor(limits: SeedLimits = SEED_LIMITS) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#addresses.size + this.#connections.size;
  }

  /** @param nowMs a clock that only grows @returns whether they may go now: then they count */
  take({ address, connection, unsentBytes }: SeedAsker, bytes: number, nowMs: number): boolean {
    if (unsentBytes > 0) return false;
    const { addressBytesPerSecond, bytesPerSecond, connectionBurst, connectionMs } = this.#limits;
    const group = fairGroupOf(address);
    const from = (due = Number.NEGATIVE_INFINITY) => Math.max(due, nowMs);
    const own = from(this.#connections.get(connection));
    const shared = from(this.#addresses.get(group));
    const all = from(this.#all);
    if (own - nowMs > (connectionBurst - 1) * connectionMs) return false;
    if (shared - nowMs > BURST_MS || all - nowMs > BURST_MS) return false;
    this.#connections.set(connection, own + connectionMs);
    this.#addresses.set(group, shared + (bytes * 1_000) / addressBytesPerSecond);
    this.#all = all + (bytes * 1_000) / bytesPerSecond;
    if (this.#addresses.size > MAX_ADDRESSES) this.tick(nowMs);
    return true;
  }

  /** The connection is closed. */
  left(connection: number): void {
    this.#connections.delete(connection);
  }

  /** Forgets rates that allow a whole burst again. To be called every second or so. */
  tick(nowMs: number): void {
    forget(this.#addresses, nowMs);
    forget(this.#connections, nowMs);
  }
}

function forget<K>(dues: Map<K, number>, nowMs: number): void {
  for (const [key, due] of dues) if (due <= nowMs) dues.delete(key);
}
