import { AditError, encodeHex } from '@adit/primitives';
import type { Nonce1Lease, Nonce1Wanted } from './leases.ts';
import { RestingNonces } from './rest.ts';
import { type Nonce1Space, nonce1Space, spaceName } from './space.ts';
import { type Nonce1Modules, Nonce1Stock } from './stock.ts';

/** Values that belong to another process now. */
export interface LostNonces {
  has(nonce1: Uint8Array): boolean;
}

export interface Nonce1Request {
  /** Name of the port that wants it. */
  readonly port: string;
  /** When the oldest work of the network was made whose shares still count or may count again; see `ZcashEngine`. */
  readonly liveSince: number;
  /** Never one that somebody had before: for a work that exists already. */
  readonly untold?: boolean;
}

export interface Nonce1Return {
  /** Somebody was told of it; false only where that is certain not to be so. */
  readonly told: boolean;
  readonly now: number;
}

/** A value, the beginning of its block, and whom it was given to. */
interface Value {
  readonly nonce1: Uint8Array;
  readonly block: number;
}

type Holder = Omit<Value, 'nonce1'> & { readonly port: string };

/** Of a space of one or two bytes nothing can be held back for one port: all of them begin alike. */
const SMALLEST_BY_PORT = 3;
/**
 * Values that rest. Of smaller spaces all find room (up to three bytes: 63 MB if ever four million rest at once), so
 * that none is lost for good. Of longer ones a million (16 MB): 290 connections a second for an hour, and what comes
 * beyond is not used again by this process, which has two thousand times as many.
 */
const MAX_RESTING = 2 ** 22;
const MAX_RESTING_LONG = 2 ** 20;

/**
 * The nonce1 values of one length on one network, for all connections of this process.
 *
 * It never waits: it has a block in hand, and fetches the next one when a quarter is left. One that was given back may
 * have been mined on as long as any work lives that was made before, whoever holds it next. After that it serves its
 * own port only: the works that are made while it rests are worth the start target there, and have it settled.
 */
export class Nonce1Allocator {
  readonly #length: number;
  readonly #space: Nonce1Space;
  readonly #name: string;
  readonly #stock: Nonce1Stock;
  /** Nobody was ever told them (a health check, a port scan): at most as many as connections at once. */
  #unseen: Value[] = [];
  /** By the port that gave them back: as many as ports with this length. */
  readonly #resting = new Map<string, RestingNonces>();
  readonly #inUse = new Map<string, Holder>();
  /** Connections of one port and block share it. */
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
   * Waits until there is a block in hand, or none to be had: others may give theirs back.
   * @throws AditError `ADIT_DATA_FOLDER` where the leases cannot be used, or do not answer in time
   */
  begin(timeoutMs: number): Promise<void> {
    return this.#stock.begin(timeoutMs);
  }

  /**
   * A value that no live session holds and no live work has seen.
   * @throws AditError `ADIT_NONCE1_EXHAUSTED`
   */
  take({ port, liveSince, untold = false }: Nonce1Request): Uint8Array {
    const rested = () => (untold ? undefined : this.#resting.get(this.#restOf(port))?.takeBefore(liveSince));
    const value = this.#unseen.pop() ?? rested() ?? this.#stock.next();
    if (value === undefined) throw new AditError('ADIT_NONCE1_EXHAUSTED', this.#stock.whyEmpty);
    const { nonce1, block } = value;
    if (this.#holder.block !== block || this.#holder.port !== port) this.#holder = { block, port };
    this.#inUse.set(encodeHex(nonce1), this.#holder);
    // Out of Node's shared pool: a buffer of its own would cost each connection 100 bytes more.
    const own = Buffer.allocUnsafe(this.#length);
    own.set(nonce1);
    return own;
  }

  /** Nobody uses it any more. */
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
   * These leases ran out (the machine slept), and others have them: their values must not go out again.
   * @returns those that connections hold at this moment; they need others
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
