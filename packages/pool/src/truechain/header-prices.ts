import { join } from 'node:path';
import { AditError, messageOf, targetFromHex, targetToHex } from '@adit/primitives';
import type { SharePrice } from '@adit/stratum';
import type { Disk } from '../disk/disk-request.ts';
import { DiskThread } from '../disk/disk-thread.ts';
import { retried } from './retried.ts';

export interface HeaderPricesOptions {
  readonly dataFolder: string;
  /** Time between two attempts where the folder cannot be written; default 1,000. */
  readonly retryMs?: number;
}

export interface HeaderPricesModules {
  /** A target cannot be kept, and why. Called once, until one can be kept again. */
  readonly onProblem: (detail: string) => void;
  /** Default: a thread of its own. */
  readonly disk?: Disk;
}

/** The record of a header whose nonces are bound to connections, each of which has a target of its own. */
export const BOUND = 'bound';

const FOLDER = 'targets';
const TARGET_BYTES = 16;
const HEADER = /^[0-9a-f]{64}$/;
const RETRY_MS = 1_000;
/** Shares for a header are accepted for ten minutes, and a node honours it for an hour. */
const KEPT_MS = 2 * 3600_000;
/** Two hours at a header every two seconds are 3,600. A node that gives one at each poll must not fill the disk. */
const MOST_KEPT = 16_384;
/** This many stay whatever their age: a clock that was set ahead must not delete the prices of live headers. */
const LEAST_KEPT = 600;
const PRUNE_MS = 600_000;

/**
 * The target that shares of each header have to meet, for all processes on one data folder. Each header has a file: the
 * first process that sees the header writes it, and later ones (the heir of an upgrade, the same pool after a restart)
 * read it. Where nonces are bound to connections, the file says only that (`BOUND`), so that a process with other
 * settings does not price the header a second time.
 *
 * Files are not synced. After a power cut a file may be empty; then no share of that header, which lives for seconds,
 * is credited.
 */
export class HeaderPrices {
  readonly #folder: string;
  readonly #retryMs: number;
  readonly #modules: HeaderPricesModules;
  readonly #disk: Disk;
  #ready: Promise<unknown> | undefined;
  #failing = false;
  #prunedAt = Number.NEGATIVE_INFINITY;

  constructor({ dataFolder, retryMs = RETRY_MS }: HeaderPricesOptions, modules: HeaderPricesModules) {
    this.#folder = join(dataFolder, FOLDER);
    this.#retryMs = retryMs;
    this.#modules = modules;
    this.#disk = modules.disk ?? new DiskThread();
  }

  /**
   * Returns the record of a header, which is `proposed` where there was none before. Tries again until there is one.
   * @param header 64 lower-case hex digits
   * @param signal ends the attempts
   * @returns undefined where `signal` ended the attempts
   */
  async settle(
    header: string,
    proposed: SharePrice | typeof BOUND,
    signal: AbortSignal,
  ): Promise<SharePrice | typeof BOUND | undefined> {
    if (!HEADER.test(header)) throw new RangeError('a header hash is 64 hex digits');
    const settled = await retried(() => this.#settle(header, proposed), {
      retryMs: this.#retryMs,
      signal,
      onError: (error) => {
        if (!this.#failing) this.#modules.onProblem(messageOf(error));
        this.#failing = true;
      },
    });
    if (settled === undefined) return undefined;
    this.#failing = false;
    this.#pruneNowAndThen();
    return settled;
  }

  /** Removes files of headers that no process needs any more. */
  async prune(): Promise<void> {
    // Drafts of processes that ended in the middle of a write are among them.
    const listed = await this.#disk.ask({ kind: 'list_dated', folder: this.#folder });
    const files = listed.toSorted((a, b) => b.at - a.at);
    const now = Date.now();
    const old = files.filter(
      ({ at }, i) => i >= MOST_KEPT || (i >= LEAST_KEPT && Math.abs(now - at) > KEPT_MS),
    );
    for (const { name } of old) await this.#disk.ask({ kind: 'remove', file: join(this.#folder, name) });
  }

  async #settle(header: string, proposed: SharePrice | typeof BOUND): Promise<SharePrice | typeof BOUND> {
    this.#ready ??= this.#disk.ask({ kind: 'make_folder', folder: this.#folder });
    await this.#ready.catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    const known = await this.#read(header).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (known !== undefined) return known;
    try {
      const text = proposed === BOUND ? BOUND : textOf(proposed);
      const isOurs = await this.#disk.ask({
        kind: 'write_first',
        folder: this.#folder,
        name: header,
        text: `${text}\n`,
      });
      return isOurs ? proposed : await this.#read(header);
    } catch (error) {
      // The folder was removed: the next attempt makes it again.
      if (isMissing(error)) this.#ready = undefined;
      throw error;
    }
  }

  async #read(header: string): Promise<SharePrice | typeof BOUND> {
    const text = await this.#disk.ask({ kind: 'read', file: join(this.#folder, header) });
    if (text.trimEnd() === BOUND) return BOUND;
    // A file of an earlier version has one target.
    const [first = '', second = first] = text.trimEnd().split(' ');
    const [target, credited] = [first, second].map((hex) => targetFromHex(hex, TARGET_BYTES));
    if (target === undefined || credited === undefined || target === 0n || credited < target) {
      throw new AditError('ADIT_HEADER_PRICE', `the target of header ${header} cannot be read back`);
    }
    return { target, credited };
  }

  #pruneNowAndThen(): void {
    const now = performance.now();
    if (now - this.#prunedAt < PRUNE_MS) return;
    this.#prunedAt = now;
    // The next `prune` tries again to remove what this one cannot.
    this.prune().catch(() => {});
  }
}

function textOf({ target, credited }: SharePrice): string {
  return `${targetToHex(target, TARGET_BYTES)} ${targetToHex(credited, TARGET_BYTES)}`;
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
