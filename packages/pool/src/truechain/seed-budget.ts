import { fairGroupOf } from '@adit/net';

export interface SeedLimits {
  /** Bytes for one address (IPv6: for its /48), over all its connections. */
  readonly addressBytesPerSecond: number;
  /** Bytes for all addresses together. */
  readonly bytesPerSecond: number;
  /** Answers that one connection may have at once, and the time after which it may have one more. */
  readonly connectionBurst: number;
  readonly connectionMs: number;
}

export const SEED_LIMITS: SeedLimits = {
  // 200 reference miners behind one address need 76 MB when the dataset changes. At this rate they get it in 20 s.
  addressBytesPerSecond: 4_000_000,
  // A line of one gigabit carries this, with room for jobs.
  bytesPerSecond: 100_000_000,
  // One answer at each change of the dataset, one if it changes back, and one spare. The reference miner asks again and
  // again while the seeds that it has do not fit.
  connectionBurst: 3,
  connectionMs: 10_000,
};

/** Most bytes that may go out at once, given as the time that they take at the even rate. */
const BURST_MS = 1_000;
/** An address stays for a second or two, and `bytesPerSecond` allows only some hundred answers a second. */
const MAX_ADDRESSES = 65_536;

/** A connection that asks for seeds. */
export interface SeedAsker {
  readonly address: string;
  readonly connection: number;
  /** Bytes for this connection that it has not read yet. */
  readonly unsentBytes: number;
}

/**
 * Decides when the seeds of a dataset (379 KB, for a request of 60 bytes) may go to a connection: only when the
 * connection has read everything before, and within rates for its address and for all. The port delays an answer and
 * tries again; it never refuses one, because the reference miner takes a refusal for the seeds.
 */
export class SeedBudget {
  readonly #limits: SeedLimits;
  /** For each address, the time at which all its bytes so far would have gone out at the even rate. */
  readonly #addresses = new Map<string, number>();
  readonly #connections = new Map<number, number>();
  #all = Number.NEGATIVE_INFINITY;

  constructor(limits: SeedLimits = SEED_LIMITS) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#addresses.size + this.#connections.size;
  }

  /** @param nowMs of a clock that only grows @returns whether the seeds may go now; if so, they are counted */
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

  /** Forgets a connection that is closed. */
  left(connection: number): void {
    this.#connections.delete(connection);
  }

  /** Forgets addresses and connections that may have a whole burst again. To be called at least every second. */
  tick(nowMs: number): void {
    forget(this.#addresses, nowMs);
    forget(this.#connections, nowMs);
  }
}

function forget<K>(dues: Map<K, number>, nowMs: number): void {
  for (const [key, due] of dues) if (due <= nowMs) dues.delete(key);
}
