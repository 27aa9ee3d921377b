import type { JournaledShare } from '@adit/journal';
import type Database from 'better-sqlite3';
import { scoreOf } from '../estimate/effort.ts';
import {
  ACCOUNT,
  type BucketKind,
  CHAIN,
  DAYS,
  HOURS,
  MINUTES,
  TENS,
  WORKER,
  WORKER_MINUTES,
} from './schema.ts';

interface Sum {
  readonly subject: number;
  readonly start: number;
  weight: bigint;
  squares: bigint;
  largest: bigint;
  score: bigint;
  shares: number;
  isChanged: boolean;
}

interface Row {
  readonly weight: string;
  readonly squares: string;
  readonly largest: string;
  readonly score: string;
  readonly shares: number;
}

const KINDS: Readonly<Record<number, readonly BucketKind[]>> = {
  [CHAIN]: [MINUTES, TENS, HOURS, DAYS],
  [ACCOUNT]: [MINUTES, TENS, HOURS, DAYS],
  [WORKER]: [WORKER_MINUTES, TENS, HOURS, DAYS],
};

/**
 * Buckets that stay in memory between steps, some 300 bytes each: those of the newest minutes of a busy pool, which are not read again.
 * A step adds at most 12 for each of its rows (three subjects, four widths): 60,000 for 5,000 rows.
 */
const MAX_KEPT = 60_000;

/** Sums shares into buckets, in memory until they are written. */
export class BucketSums {
  readonly #tables: ReadonlyMap<
    BucketKind,
    { readonly read: Database.Statement; readonly write: Database.Statement }
  >;
  readonly #sums = new Map<BucketKind, Map<number, Sum>>();

  constructor(db: Database.Database) {
    const kinds = new Set(Object.values(KINDS).flat());
    this.#tables = new Map(
      [...kinds].map((kind) => [
        kind,
        {
          read: db.prepare(
            `SELECT weight, squares, largest, score, shares FROM ${kind.table} WHERE subject = ? AND start = ?`,
          ),
          write: db.prepare(`INSERT OR REPLACE INTO ${kind.table} VALUES (?, ?, ?, ?, ?, ?, ?)`),
        },
      ]),
    );
  }

  /**
   * Adds a share to all buckets of its subject that are still kept.
   * @param kind of the subject @param weight that counts @param nowMs decides which buckets are too old
   */
  add(subject: number, kind: number, share: JournaledShare, weight: bigint, nowMs: number): void {
    const score = scoreOf(weight, share.networkTarget, share.dialect);
    for (const bucket of KINDS[kind] ?? []) {
      const start = Math.floor(share.timeMs / bucket.ms) * bucket.ms;
      if (start < nowMs - bucket.keepMs) continue;
      const sum = this.#sum(bucket, subject, start);
      sum.weight += weight;
      sum.squares += weight * weight;
      if (weight > sum.largest) sum.largest = weight;
      sum.score += score;
      sum.shares += 1;
      sum.isChanged = true;
    }
  }

  /** Writes the buckets that have changed, within the caller's transaction. */
  write(): void {
    let kept = 0;
    for (const [bucket, sums] of this.#sums) {
      const table = this.#tables.get(bucket);
      for (const sum of sums.values()) {
        if (!sum.isChanged) continue;
        const { subject, start, weight, squares, largest, score, shares } = sum;
        const texts = [weight, squares, largest, score].map(String);
        table?.write.run(subject, start, ...texts, shares);
        sum.isChanged = false;
      }
      kept += sums.size;
    }
    if (kept > MAX_KEPT) this.clear();
  }

  /** Forgets what a transaction did not keep, or what another process may have changed. */
  clear(): void {
    this.#sums.clear();
  }

  #sum(bucket: BucketKind, subject: number, start: number): Sum {
    let sums = this.#sums.get(bucket);
    if (sums === undefined) {
      sums = new Map();
      this.#sums.set(bucket, sums);
    }
    // One number for both: a subject has fewer than 2^21 buckets of a kind, and ids stay below 2^31.
    const key = subject * 2 ** 21 + ((start / bucket.ms) % 2 ** 21);
    const known = sums.get(key);
    if (known?.start === start) return known;
    const row = this.#tables.get(bucket)?.read.get(subject, start) as Row | undefined;
    const sum = {
      subject,
      start,
      weight: BigInt(row?.weight ?? 0),
      squares: BigInt(row?.squares ?? 0),
      largest: BigInt(row?.largest ?? 0),
      score: BigInt(row?.score ?? 0),
      shares: row?.shares ?? 0,
      isChanged: false,
    };
    sums.set(key, sum);
    return sum;
  }
}
