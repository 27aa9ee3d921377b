import { join } from 'node:path';
import { messageOf } from '@adit/primitives';
import type { Disk } from '../disk/disk-request.ts';
import { DiskThread } from '../disk/disk-thread.ts';
import { EDGE_MS } from './header-terms.ts';
import { retried } from './retried.ts';

export interface PriceScheduleOptions {
  readonly dataFolder: string;
  /** Time between two attempts where the folder cannot be read; default 1,000. */
  readonly retryMs?: number;
}

export interface PriceScheduleModules {
  /** The folder cannot be used, and why. Called once, until a weight can be written again. */
  readonly onProblem: (detail: string) => void;
  /** Wall clock in milliseconds: the processes on a data folder share it. */
  readonly now: () => number;
  /** Default: a thread of its own. */
  readonly disk?: Disk;
}

/** Length of a slot. A weight holds for at least this time. */
export const SLOT_MS = 5_000;
/**
 * A weight is settled six whole slots, half a minute, before the first header that it holds for. A miner can foresee a
 * header some seconds ahead, and half a minute ahead only where nobody else mines: see `HeaderTerms`.
 */
export const SLOTS_AHEAD = 7;
/** A weight must be written this long before its slot begins. A later one does not count: the disk was slow. */
const LEAST_AHEAD_MS = 25_000;
/** The greatest age of a header that counts: its shares are accepted for ten minutes. */
const OLDEST_MS = 600_000;
/** A process that begins goes on from the weight that was settled last, unless that is older than this. */
const RECENT_MS = 600_000;
/**
 * The name of the weight that holds before the first slot. The process that needs it first writes it, so that all
 * processes have one answer, whatever their own start weights are.
 */
const BASE = 0;
const KEPT_MS = 3600_000;
const PRUNE_MS = 600_000;
const RETRY_MS = 1_000;
/** A disk that hangs must not keep the process alive. */
const STOP_WITHIN_MS = 5_000;
const NAME = /^[0-9]{1,12}$/;
const CONTENT = /^([1-9][0-9]{0,29}) ([0-9]{1,15})\n$/;

interface Slot {
  readonly number: number;
  readonly weight: bigint;
}

/**
 * The weights for headers of the next half minute, where one target holds for all miners of a header. Each slot of five
 * seconds has a file, which all processes on one data folder share. The first writer wins.
 *
 * If the pool priced a header by what it knows when it first sees the header, a miner that foresaw the header and has
 * hashed it could disconnect or hand in shares, whichever makes its hashes worth more. It could also choose which of
 * two processes sees the header first.
 */
export class PriceSchedule {
  readonly #folder: string;
  readonly #retryMs: number;
  readonly #modules: PriceScheduleModules;
  readonly #disk: Disk;
  readonly #known = new Map<number, Slot | undefined>();
  /** The newest slot that this process has written, or has found written by another one. */
  #written = -1;
  #writing: Promise<void> | undefined;
  #handedOver = false;
  #failing = false;
  #prunedAt = Number.NEGATIVE_INFINITY;

  constructor({ dataFolder, retryMs = RETRY_MS }: PriceScheduleOptions, modules: PriceScheduleModules) {
    this.#folder = join(dataFolder, 'targets', 'to-come');
    this.#retryMs = retryMs;
    this.#modules = modules;
    this.#disk = modules.disk ?? new DiskThread();
  }

  /** The write that is under way; undefined if there is none. */
  get writing(): Promise<void> | undefined {
    return this.#writing;
  }

  /** Waits for the write that is under way, because other processes use the weight. */
  async stop(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, STOP_WITHIN_MS);
    await Promise.race([this.#writing, late.promise]);
    clearTimeout(timer);
  }

  /**
   * Settles the weight of the slot that is seven ahead, once every five seconds. To be called about every second.
   * @param propose the weight that suits the present miners
   * @param onPlanned called with the weight that is on record: another process may have written it first. The first
   *   call of all brings the weight that an earlier process settled last, before anything is proposed
   */
  plan(propose: () => bigint, onPlanned: (weight: bigint) => void = () => {}): void {
    const number = this.#slotOf(this.#modules.now()) + SLOTS_AHEAD;
    if (this.#handedOver || number <= this.#written || this.#writing !== undefined) return;
    this.#writing = this.#plan(number, propose, onPlanned)
      .catch((error: unknown) => this.#problem(error))
      .finally(() => {
        this.#writing = undefined;
      });
  }

  /**
   * Leaves the slots to come to the process that has taken over. If two processes with unlike settings settled slots in
   * turn, every slot would be a border.
   */
  handOver(): void {
    this.#handedOver = true;
  }

  async #plan(number: number, propose: () => bigint, onPlanned: (weight: bigint) => void): Promise<void> {
    if (this.#written < 0) {
      const last = await this.#newest(number - RECENT_MS / SLOT_MS, number);
      this.#written = last?.number ?? BASE;
      if (last !== undefined) onPlanned(last.weight);
      if (number <= this.#written) return;
    }
    const weight = await this.#write(number, propose());
    this.#written = number;
    this.#failing = false;
    if (weight !== undefined) onPlanned(weight);
  }

  /** The newest slot with a number from `least` to `greatest` that is on record. */
  async #newest(least: number, greatest: number): Promise<Slot | undefined> {
    for (const one of await this.#numbers(least, greatest)) {
      const slot = await this.#read(one);
      if (slot !== undefined) return slot;
    }
    return undefined;
  }

  /**
   * The weights of the slots that a header may belong to which the pool first sees now. Tries again until the folder can
   * be read.
   * @param unseenMs the greatest age that the header can have
   * @param start the weight where no slot is on record, and no process has needed it before
   * @param signal ends the attempts
   * @returns at least one weight; meaningless where `signal` ended the attempts
   */
  async weights(unseenMs: number, start: bigint, signal: AbortSignal): Promise<readonly bigint[]> {
    const now = this.#modules.now();
    const first = this.#slotOf(now - Math.min(unseenMs, OLDEST_MS) - EDGE_MS);
    const last = this.#slotOf(now + EDGE_MS);
    const weights = await retried(() => this.#between(first, last, start), {
      retryMs: this.#retryMs,
      signal,
      onError: (error) => this.#problem(error),
    });
    return weights ?? [start];
  }

  /** The weights of the slots after `first` up to `last`, and the weight of the newest one before: it held in `first`. */
  async #between(first: number, last: number, start: bigint): Promise<readonly bigint[]> {
    const weights: bigint[] = [];
    for (const one of await this.#numbers(BASE, last)) {
      const slot = await this.#read(one);
      if (slot === undefined) continue;
      weights.push(slot.weight);
      if (one <= first) return weights;
    }
    return [...weights, await this.#base(start)];
  }

  /** Numbers of the slots that have a file, the newest first. */
  async #numbers(least: number, greatest: number): Promise<readonly number[]> {
    const names = await this.#list().catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names
      .filter((name) => NAME.test(name))
      .map(Number)
      .filter((one) => one >= least && one <= greatest)
      .sort((a, b) => b - a);
  }

  /** The weight that holds before the first slot: that of the process that asks first. */
  async #base(start: bigint): Promise<bigint> {
    const folder = this.#folder;
    await this.#disk.ask({ kind: 'make_folder', folder });
    const write = () =>
      this.#disk.ask({ kind: 'write_first', folder, name: String(BASE), text: `${start} 0\n` });
    if (!(await write()) && (await this.#read(BASE)) === undefined) {
      // A power cut left an empty file. No process that read it before it was empty is there any more.
      await this.#disk.ask({ kind: 'remove', file: join(folder, String(BASE)) });
      await write();
    }
    return (await this.#read(BASE))?.weight ?? start;
  }

  /** Files never change, so each is read once. */
  async #read(number: number): Promise<Slot | undefined> {
    if (this.#known.has(number)) return this.#known.get(number);
    const text = await this.#disk.ask({ kind: 'read', file: join(this.#folder, String(number)) });
    const [, weight, at] = CONTENT.exec(text) ?? [];
    const inTime = number === BASE || Number(at) <= number * SLOT_MS - LEAST_AHEAD_MS;
    const slot = weight !== undefined && inTime ? { number, weight: BigInt(weight) } : undefined;
    if (number === BASE) return slot;
    this.#known.set(number, slot);
    for (const oldest of this.#known.keys()) {
      if (oldest >= number - RECENT_MS / SLOT_MS) break;
      this.#known.delete(oldest);
    }
    return slot;
  }

  /** @returns the weight that is on record for the slot afterwards */
  async #write(number: number, weight: bigint): Promise<bigint | undefined> {
    await this.#disk.ask({ kind: 'make_folder', folder: this.#folder });
    const text = `${weight} ${this.#modules.now()}\n`;
    const isOurs = await this.#disk.ask({
      kind: 'write_first',
      folder: this.#folder,
      name: String(number),
      text,
    });
    if (isOurs && this.#modules.now() > number * SLOT_MS - LEAST_AHEAD_MS) {
      // The disk was slow. No process has used the weight yet, and none may.
      await this.#disk.ask({ kind: 'remove', file: join(this.#folder, String(number)) });
      return undefined;
    }
    await this.#prune();
    return (await this.#read(number))?.weight;
  }

  #list(): Promise<readonly string[]> {
    return this.#disk.ask({ kind: 'list', folder: this.#folder });
  }

  async #prune(): Promise<void> {
    const now = performance.now();
    if (now - this.#prunedAt < PRUNE_MS) return;
    this.#prunedAt = now;
    const least = this.#slotOf(this.#modules.now() - KEPT_MS);
    // The newest of the old slots stays: it holds until the first slot that is not old.
    const needed = new Set<number | undefined>([BASE, (await this.#newest(BASE + 1, least - 1))?.number]);
    for (const name of await this.#list()) {
      const number = Number(/^\.?([0-9]+)/.exec(name)?.[1]);
      if (number < least && !(NAME.test(name) && needed.has(number)))
        await this.#disk.ask({ kind: 'remove', file: join(this.#folder, name) });
    }
  }

  #slotOf(ms: number): number {
    return Math.floor(ms / SLOT_MS);
  }

  #problem(error: unknown): void {
    if (!this.#failing) this.#modules.onProblem(messageOf(error));
    this.#failing = true;
  }
}
