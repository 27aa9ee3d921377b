import { AditError, encodeHex } from '@adit/primitives';
import type { Nonce1Lease, Nonce1Wanted } from './leases.ts';
import { RestingNonces } from './rest.ts';
import { type Nonce1Space, nonce1Space, spaceName } from './space.ts';
import { type Nonce1Modules, Nonce1Stock } from './stock.ts';

/** nonce1 values that belong to another process now. */
export interface LostNonces {
  has(nonce1: Uint8Array): boolean;
}

/** A port's request for a value. */
export interface Nonce1Request {
  /** Name of the port that wants it. */
  readonly port: string;
  /** Time of the oldest work of the network whose shares still count, or may count again; see `ZcashEngine`. */
  readonly liveSince: number;
  /** Whether to return only a value that nobody had before, because it is for a work that exists already. */
  readonly untold?: boolean;
}

/** What is known of a value that comes back. */
export interface Nonce1Return {
  /** Whether a miner may have been told the value. False only where it is certain that none was. */
  readonly told: boolean;
  readonly now: number;
}

/** A value and the start of its block. */
interface Value {
  readonly nonce1: Uint8Array;
  readonly block: number;
}

type Holder = Omit<Value, 'nonce1'> & { readonly port: string };

/** Spaces of one or two bytes are too small to keep values for single ports: all ports share those that rest. */
const SMALLEST_BY_PORT = 3;
/**
 * Most values that rest. All values of spaces of up to three bytes have room (63 MB if four million rest at once), so
 * none is lost for good. Of longer values a million have room (16 MB), for 290 connections a second during an hour.
 * This process does not use values beyond them again, because their space has two thousand times as many.
 */
const MAX_RESTING = 2 ** 22;
const MAX_RESTING_LONG = 2 ** 20;

/**
 * The nonce1 values of one length on one network, for all connections of this process.
 *
 * `take` never waits: the allocator has a block in hand, and fetches the next one when a quarter is left. A value that
 * was given back rests while any work from before that moment lives, because its former holder may have mined such a
 * work with it. After that only its own port uses it again: there the works that were made while it rested have the
 * start target settled for it.
 */
export class Nonce1Allocator {
  readonly #length: number;
  readonly #space: Nonce1Space;
  readonly #name: string;
  readonly #stock: Nonce1Stock;
  /** Values that no miner was told (a health check, a port scan): at most as many as connections at once. */
  #unseen: Value[] = [];
  /** By the port that gave the values back: as many entries as ports with this length. */
  readonly #resting = new Map<string, RestingNonces>();
  readonly #inUse = new Map<string, Holder>();
  /** Shared by connections of one port and block, to save memory. */
  #holder: Holder = { block: -1, port: '' };

  /** @param options with a length of 1 to 17 bytes */
  constructor(options: Nonce1Wanted, modules: Nonce1Modules) {
    this.#length = options.length;
    this.#space = nonce1Space(options.length);
    this.#name = spaceName(options.network, this.#space);
    this.#stock = new Nonce1Stock(options, modules);
  }

  /** The name of the space that its leases are taken from. */
  get space(): string {
    return this.#name;
  }

  /**
   * Waits until a block is in hand. Also resolves where none is free, since values may become free later.
   * @throws AditError `ADIT_DATA_FOLDER` where the leases cannot be used, or do not answer in time
   */
  begin(timeoutMs: number): Promise<void> {
    return this.#stock.begin(timeoutMs);
  }

  /**
   * Takes a value that no live session holds, and with which nobody has mined a live work.
   * @throws AditError `ADIT_NONCE1_EXHAUSTED`
   */
  take({ port, liveSince, untold = false }: Nonce1Request): Uint8Array {
    const rested = () => (untold ? undefined : this.#resting.get(this.#restOf(port))?.takeBefore(liveSince));
    const value = this.#unseen.pop() ?? rested() ?? this.#stock.next();
    if (value === undefined) throw new AditError('ADIT_NONCE1_EXHAUSTED', this.#stock.whyEmpty);
    const { nonce1, block } = value;
    if (this.#holder.block !== block || this.#holder.port !== port) this.#holder = { block, port };
    this.#inUse.set(encodeHex(nonce1), this.#holder);
    // The copy comes from Node's buffer pool: a buffer of its own would cost each connection 100 bytes more.
    const own = Buffer.allocUnsafe(this.#length);
    own.set(nonce1);
    return own;
  }

  /** Gives back a value that no session holds any more. */
  release(nonce1: Uint8Array, { told, now }: Nonce1Return): void {
    const key = encodeHex(nonce1);
    const holder = this.#inUse.get(key);
    if (holder === undefined) return;
    this.#inUse.delete(key);
    const { block, port } = holder;
    if (!told) this.#unseen.push({ nonce1, block });
    else this.#rest(port, { nonce1, block }, now);
  }

  /**
   * These leases ran out (the machine slept), and other processes have them now: their values must not go out again.
   * @returns the values that connections hold at this moment; these connections need others
   */
  lose(leases: readonly Nonce1Lease[]): LostNonces {
    const starts = new Set(leases.filter(({ space }) => space === this.#name).map(({ start }) => start));
    const isLost = (block: number) => starts.has(block);
    this.#unseen = this.#unseen.filter(({ block }) => !isLost(block));
    for (const resting of this.#resting.values()) resting.forget(isLost);
    this.#stock.forget(isLost);
    const held = new Set<string>();
    for (const [key, { block }] of this.#inUse) {
      if (!isLost(block)) continue;
      held.add(key);
      this.#inUse.delete(key);
    }
    return { has: (nonce1) => held.has(encodeHex(nonce1)) };
  }

  #rest(port: string, value: Value, now: number): void {
    const key = this.#restOf(port);
    const resting = this.#resting.get(key) ?? new RestingNonces(this.#length);
    this.#resting.set(key, resting);
    let size = 0;
    for (const other of this.#resting.values()) size += other.size;
    const max = this.#space.bytes > SMALLEST_BY_PORT ? MAX_RESTING_LONG : MAX_RESTING;
    if (size < max) resting.put(value, now);
  }

  #restOf(port: string): string {
    return this.#space.bytes < SMALLEST_BY_PORT ? '' : port;
  }
}
