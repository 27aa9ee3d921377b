import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@adit/primitives';

export interface PriceScheduleOptions {
  readonly dataFolder: string;
  /** Between two attempts where the folder cannot be read; default 1,000. */
  readonly retryMs?: number;
}

export interface PriceScheduleModules {
  /** A weight cannot be kept, and why: once until it can be again. */
  readonly onProblem: (detail: string) => void;
  /** Wall clock in milliseconds: the processes on a data folder share it. */
  readonly now: () => number;
}

/** A weight holds for at least as long as this. */
export const SLOT_MS = 5_000;
/**
 * A weight is settled six whole slots, half a minute, before the first header that it holds for. A miner can foresee a header for some
 * seconds, and for half a minute only where nobody else mines: see `HeaderTerms`.
 */
export const SLOTS_AHEAD = 7;
/** What was written later than this before its slot counts for nothing: the disk was slow. */
const LEAST_AHEAD_MS = 25_000;
/** A weight that is older says nothing about the miners who are there now. */
const RECENT_MS = 600_000;
const KEPT_MS = 3600_000;
const PRUNE_MS = 600_000;
const RETRY_MS = 1_000;
const NAME = /^[0-9]{1,12}$/;
const CONTENT = /^([1-9][0-9]{0,29}) ([0-9]{1,15})\n$/;

interface Slot {
  readonly number: number;
  readonly weight: bigint;
}

/**
 * What the headers of the next half minute are worth where one target holds for all who mine a header: a file for each
 * five seconds, for all processes on one data folder. The first writer wins.
 *
 * If a header were priced by what the pool knows when it first sees it, a miner that has hashed it before could hang up
 * or show its shares, whichever makes the shares that it has found worth more; or choose which of two processes sees it first.
 */
export class PriceSchedule {
  readonly #folder: string;
  readonly #retryMs: number;
  readonly #modules: PriceScheduleModules;
  readonly #known = new Map<number, Slot | undefined>();
  /** The newest slot that this process has written, or found written. */
  #written = -1;
  #writing: Promise<void> | undefined;
  #failing = false;
  #prunedAt = Number.NEGATIVE_INFINITY;

  constructor({ dataFolder, retryMs = RETRY_MS }: PriceScheduleOptions, modules: PriceScheduleModules) {
    this.#folder = join(dataFolder, 'targets', 'to-come');
    this.#retryMs = retryMs;
    this.#modules = modules;
  }

  /** The write under way, to be waited for at the end. */
  get writing(): Promise<void> | undefined {
    return this.#writing;
  }

  /**
   * Settles the weight of the slot seven ahead, once in five seconds. To be called about every second.
   * @param propose the weight that the miners of the moment should have
   * @param onPlanned what is on record now: another process may have been first
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
   * The weight of a header that is first seen now. Tries again until the folder can be read.
   * @param unseenMs so long ago at most the header was made
   * @param signal gives it up
   * @returns undefined where nothing was settled in the last ten minutes, or where it was given up
   */
  async weight(unseenMs: number, signal: AbortSignal): Promise<bigint | undefined> {
    const number = this.#slotOf(this.#modules.now() - Math.min(unseenMs, RECENT_MS));
    for (;;) {
      try {
        return (await this.#newest(number))?.weight;
      } catch (error) {
        if (signal.aborted) return undefined;
        this.#problem(error);
      }
      try {
        await sleep(this.#retryMs, undefined, { signal, ref: false });
      } catch {
        return undefined;
      }
    }
  }

  async #newest(number: number): Promise<Slot | undefined> {
    const names = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const least = number - RECENT_MS / SLOT_MS;
    const numbers = names
      .filter((name) => NAME.test(name))
      .map(Number)
      .filter((one) => one <= number && one >= least);
    for (const one of numbers.sort((a, b) => b - a)) {
      const slot = await this.#read(one);
      if (slot !== undefined) return slot;
    }
    return undefined;
  }

  /** Files are never changed, so each is read once. */
  async #read(number: number): Promise<Slot | undefined> {
    if (this.#known.has(number)) return this.#known.get(number);
    const text = await readFile(join(this.#folder, String(number)), 'latin1');
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

  /** @returns what is on record for the slot then */
  async #write(number: number, weight: bigint): Promise<bigint | undefined> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const draft = join(this.#folder, `.${number}-${randomBytes(8).toString('hex')}`);
    const file = join(this.#folder, String(number));
    try {
      await writeFile(draft, `${weight} ${this.#modules.now()}\n`, { mode: 0o600, flag: 'wx' });
      await link(draft, file);
      // The disk took its time: nobody may have read it yet, and nobody should.
      if (this.#modules.now() > number * SLOT_MS - LEAST_AHEAD_MS) {
        await rm(file, { force: true });
        return undefined;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await rm(draft, { force: true }).catch(() => {});
    }
    await this.#prune();
    return (await this.#read(number))?.weight;
  }

  async #prune(): Promise<void> {
    const now = performance.now();
    if (now - this.#prunedAt < PRUNE_MS) return;
    this.#prunedAt = now;
    const least = this.#slotOf(this.#modules.now() - KEPT_MS);
    for (const name of await readdir(this.#folder)) {
      const number = Number(/^\.?([0-9]+)/.exec(name)?.[1]);
      if (number < least) await rm(join(this.#folder, name), { force: true });
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
