import { AditError, bigintToBytes, encodeHex } from '@adit/primitives';
import type { Nonce1Lease } from './nonce1-leases.ts';

/** Values that belong to another process now. */
export interface LostNonces {
  has(nonce1: Uint8Array): boolean;
}

export interface Nonce1Modules {
  /** Leases a block of values of a space that has so many; see Nonce1Leases. */
  readonly lease: (space: string, capacity: number, size: number) => Nonce1Lease | undefined;
}

/**
 * nonce1 values of different lengths on one chain must not be prefixes of each other, or two miners
 * would search the same nonces. So the leading byte says the length: 00-7f four bytes and more (unique
 * in the first four, zeros behind), 80-bf three, c0-df two, e0-ff one.
 */
const SPACES = [
  { bytes: 1, base: 0xe0, capacity: 0x20 },
  { bytes: 2, base: 0xc000, capacity: 0x2000 },
  { bytes: 3, base: 0x80_0000, capacity: 0x40_0000 },
  { bytes: 4, base: 0, capacity: 0x8000_0000 },
] as const;

/** Values in one lease: a restart wastes what is left of it. */
const LEASE_SIZE = 1024;
/** Small spaces are shared by some processes, not used up by one. */
const SMALLEST_SHARE_OF_SPACE = 8;

interface Returned {
  readonly value: number;
  /** Newest job when the connection ended: no work up to it may be alive when the value goes out again. */
  readonly newestJob: number;
}

/** The nonce1 values of one length on one chain, for all connections of this process. */
export class Nonce1Allocator {
  readonly #modules: Nonce1Modules;
  readonly #chain: string;
  readonly #length: number;
  readonly #space: (typeof SPACES)[number];
  /** Nobody was ever told them (a health check, a port scan): at most as many as connections at once. */
  #unseen: number[] = [];
  /** They rest until the work that they saw is gone: at most as many as subscribed meanwhile, and as the space has. */
  #returned: Returned[] = [];
  readonly #inUse = new Map<string, number>();
  #lease: Nonce1Lease = { start: 0, size: 0 };
  #used = 0;

  /** @param length 1 to 17 bytes */
  constructor(options: { chain: string; length: number }, modules: Nonce1Modules) {
    this.#chain = options.chain;
    this.#length = options.length;
    this.#space = SPACES.find(({ bytes }) => bytes === options.length) ?? SPACES[3];
    this.#modules = modules;
  }

  /**
   * A value that no live session holds and no live work has seen.
   * @param oldestLiveJob sequence of the oldest job that is still accepted
   * @throws AditError `ADIT_NONCE1_EXHAUSTED`
   */
  take(oldestLiveJob: number): Uint8Array {
    const value = this.#unseen.pop() ?? this.#reusable(oldestLiveJob) ?? this.#fresh();
    if (value === undefined) {
      throw new AditError(
        'ADIT_NONCE1_EXHAUSTED',
        'no nonce1 is left: all are in use or rest until their work is gone',
      );
    }
    // Out of Node's shared pool: a buffer of its own would cost each connection 100 bytes more.
    const bytes = Buffer.allocUnsafe(this.#length).fill(0);
    bytes.set(bigintToBytes(BigInt(this.#space.base + value), this.#space.bytes));
    this.#inUse.set(encodeHex(bytes), value);
    return bytes;
  }

  /**
   * The connection ended.
   * @param newestJob sequence of the newest job it may have seen; undefined when it never subscribed
   */
  release(nonce1: Uint8Array, newestJob: number | undefined): void {
    const key = encodeHex(nonce1);
    const value = this.#inUse.get(key);
    if (value === undefined) return;
    this.#inUse.delete(key);
    if (newestJob === undefined) this.#unseen.push(value);
    else this.#returned.push({ value, newestJob });
  }

  /**
   * These leases ran out (the machine slept), and others have them: their values must not go out again.
   * @returns those that connections hold at this moment; they need others
   */
  lose(leases: readonly Nonce1Lease[]): LostNonces {
    const isLost = (value: number) =>
      leases.some(({ start, size }) => value >= start && value < start + size);
    this.#unseen = this.#unseen.filter((value) => !isLost(value));
    this.#returned = this.#returned.filter(({ value }) => !isLost(value));
    if (leases.some(({ start }) => start === this.#lease.start)) this.#used = this.#lease.size;
    const held = new Set<string>();
    for (const [key, value] of this.#inUse) {
      if (!isLost(value)) continue;
      held.add(key);
      this.#inUse.delete(key);
    }
    return { has: (nonce1) => held.has(encodeHex(nonce1)) };
  }

  /** The name of the space that its leases are taken from. */
  get space(): string {
    return `${this.#chain}/${this.#space.bytes}`;
  }

  #reusable(oldestLiveJob: number): number | undefined {
    const first = this.#returned[0];
    if (first === undefined || first.newestJob >= oldestLiveJob) return undefined;
    this.#returned.shift();
    return first.value;
  }

  #fresh(): number | undefined {
    if (this.#used === this.#lease.size) {
      const { capacity } = this.#space;
      const size = Math.max(1, Math.min(LEASE_SIZE, Math.floor(capacity / SMALLEST_SHARE_OF_SPACE)));
      const lease = this.#modules.lease(this.space, capacity, size);
      if (lease === undefined) return undefined;
      this.#lease = lease;
      this.#used = 0;
    }
    this.#used += 1;
    return this.#lease.start + this.#used - 1;
  }
}
