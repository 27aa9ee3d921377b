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

/** Sums shares into buckets, in memory until they are written. It holds the buckets of one step. */
export class BucketSums {
  readonly #tables: ReadonlyMap<
    BucketKind,
    { readonly read: Database.Statement; readonly write: Database.Statement }
  >;
  readonly #sums = new Map<BucketKind, Map<string, Sum>>();

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
    }
  }

  /** Adds what was summed to the tables, within the caller's transaction. */
  write(): void {
    for (const [bucket, sums] of this.#sums) {
      const table = this.#tables.get(bucket);
      for (const sum of sums.values()) {
        const row = table?.read.get(sum.subject, sum.start) as Row | undefined;
        if (row !== undefined) {
          sum.weight += BigInt(row.weight);
          sum.squares += BigInt(row.squares);
          sum.score += BigInt(row.score);
          sum.shares += row.shares;
          const largest = BigInt(row.largest);
          if (largest > sum.largest) sum.largest = largest;
        }
        const { subject, start, weight, squares, largest, score, shares } = sum;
        table?.write.run(
          subject,
          start,
          String(weight),
          String(squares),
          String(largest),
          String(score),
          shares,
        );
      }
    }
    this.clear();
  }

  clear(): void {
    this.#sums.clear();
  }

  #sum(bucket: BucketKind, subject: number, start: number): Sum {
    let sums = this.#sums.get(bucket);
    if (sums === undefined) {
      sums = new Map();
      this.#sums.set(bucket, sums);
    }
    const key = `${subject} ${start}`;
    let sum = sums.get(key);
    if (sum === undefined) {
      sum = { subject, start, weight: 0n, squares: 0n, largest: 0n, score: 0n, shares: 0 };
      sums.set(key, sum);
    }
    return sum;
  }
}
