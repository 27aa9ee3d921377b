import { join } from 'node:path';
import { messageOf } from '@adit/primitives';
import type { Disk } from '../disk/disk-request.ts';
import { DiskThread } from '../disk/disk-thread.ts';
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
/** An older weight says nothing about the present miners. */
const RECENT_MS = 600_000;
/**
 * A header names the second in which its node made it. A miner that makes the node give it can choose a moment within
 * that second, and before or after the pool's next question.
 */
const EDGE_MS = 2_000;
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
  #failing = false;
  #prunedAt = Number.NEGATIVE_INFINITY;

  constructor({ dataFolder, retryMs = RETRY_MS }: PriceScheduleOptions, modules: PriceScheduleModules) {
    this.#folder = join(dataFolder, 'targets', 'to-come');
    this.#retryMs = retryMs;
    this.#modules = modules;
    this.#disk = modules.disk ?? new DiskThread();
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
   * @param onPlanned called with the weight that is on record: another process may have written it first
   */
  plan(propose: () => bigint, onPlanned: (weight: bigint) => void = () => {}): void {
    const number = this.#slotOf(this.#modules.now()) + SLOTS_AHEAD;
    if (number <= this.#written || this.#writing !== undefined) return;
    this.#writing = this.#write(number, propose())
      .then(
        (weight) => {
          this.#written = number;
          this.#failing = false;
          if (weight !== undefined) onPlanned(weight);
        },
        (error: unknown) => this.#problem(error),
      )
      .finally(() => {
        this.#writing = undefined;
      });
  }

  /**
   * The weights of the slots that a header may belong to which the pool first sees now. Tries again until the folder can
   * be read.
   * @param unseenMs the greatest age that the header can have
   * @param start the weight while no slot is on record
   * @param signal ends the attempts
   * @returns at least one weight; meaningless where `signal` ended the attempts
   */
  async weights(unseenMs: number, start: bigint, signal: AbortSignal): Promise<readonly bigint[]> {
    const now = this.#modules.now();
    const first = this.#slotOf(now - Math.min(unseenMs, RECENT_MS) - EDGE_MS);
    const last = this.#slotOf(now + EDGE_MS);
    const weights = await retried(() => this.#between(first, last, start), {
      retryMs: this.#retryMs,
      signal,
      onError: (error) => this.#problem(error),
    });
    return weights ?? [start];
  }

  /** The weights of the slots after `first` up to `last`, and the weight that held in `first`. */
  async #between(first: number, last: number, start: bigint): Promise<readonly bigint[]> {
    const names = await this.#list().catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const least = first - RECENT_MS / SLOT_MS;
    const numbers = names
      .filter((name) => NAME.test(name))
      .map(Number)
      .filter((one) => one <= last && one >= least);
    const weights: bigint[] = [];
    for (const one of numbers.sort((a, b) => b - a)) {
      const slot = await this.#read(one);
      if (slot === undefined) continue;
      weights.push(slot.weight);
      if (one <= first) return weights;
    }
    return [...weights, start];
  }

  /** Files never change, so each is read once. */
  async #read(number: number): Promise<Slot | undefined> {
    if (this.#known.has(number)) return this.#known.get(number);
    const text = await this.#disk.ask({ kind: 'read', file: join(this.#folder, String(number)) });
    const [, weight, at] = CONTENT.exec(text) ?? [];
    const inTime = Number(at) <= number * SLOT_MS - LEAST_AHEAD_MS;
    const slot = weight !== undefined && inTime ? { number, weight: BigInt(weight) } : undefined;
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
    for (const name of await this.#list()) {
      const number = Number(/^\.?([0-9]+)/.exec(name)?.[1]);
      if (number < least) await this.#disk.ask({ kind: 'remove', file: join(this.#folder, name) });
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
