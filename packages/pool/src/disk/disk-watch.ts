import { statfs } from 'node:fs/promises';
import type { OnProblem } from '../problem.ts';

export interface DiskWatchModules {
  /** Milliseconds that only grow. */
  readonly now: () => number;
  readonly onProblem: OnProblem;
  /** Bytes that are free for this user. Default: what the system says of the disk of the folder. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/**
 * Free space below which the disk is called nearly full: the limit of the alarm `AditDiskLow` in `deploy/`. A
 * thousand rigs fill as much in a day.
 */
export const LEAST_FREE_BYTES = 5_000_000_000;
const DAY_MS = 86_400_000;

/** A sentence for people about free space; undefined where there is enough, or nobody knows. */
export function diskFault(freeBytes: number | undefined): string | undefined {
  if (freeBytes === undefined || freeBytes >= LEAST_FREE_BYTES) return undefined;
  const gigabytes = (freeBytes / 1e9).toFixed(1);
  return `the disk of the data folder has ${gigabytes} GB left, expected at least ${LEAST_FREE_BYTES / 1e9} GB: make room, since on a full disk every share is refused`;
}

/** Reports that the disk of the data folder is nearly full: when it becomes so, and once a day. */
export class DiskWatch {
  readonly #folder: string;
  readonly #modules: DiskWatchModules;
  readonly #freeBytesOf: (folder: string) => Promise<number>;
  #freeBytes: number | undefined;
  #toldAt: number | undefined;
  #isLooking = false;

  constructor(dataFolder: string, modules: DiskWatchModules) {
    this.#folder = dataFolder;
    this.#modules = modules;
    this.#freeBytesOf = modules.freeBytes ?? freeBytesOf;
  }

  /** What the last look found; undefined before the first, or where the system does not say. */
  get freeBytes(): number | undefined {
    return this.#freeBytes;
  }

  /** Never throws. A look that hangs, as the disk does, is not followed by others: each would occupy a thread. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#freeBytes = await this.#freeBytesOf(this.#folder).catch(() => undefined);
    this.#isLooking = false;
    const detail = diskFault(this.#freeBytes);
    if (detail === undefined) {
      this.#toldAt = undefined;
      return;
    }
    const now = this.#modules.now();
    if (this.#toldAt !== undefined && now - this.#toldAt < DAY_MS) return;
    this.#toldAt = now;
    this.#modules.onProblem({ cause: 'disk_low', detail });
  }
}

/** Bytes that are free for this user on the disk of a folder. */
export async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
