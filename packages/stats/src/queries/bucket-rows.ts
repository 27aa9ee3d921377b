import type Database from 'better-sqlite3';
import { addSums, NO_SHARES, type ShareSums } from '../estimate/rate.ts';
import { BUCKETS, type BucketKind } from '../store/schema.ts';

/** Sums of one bucket. */
export interface Bucket extends ShareSums {
  readonly startMs: number;
  /** In 2^-64 blocks. */
  readonly score: bigint;
}

interface Row {
  readonly start: number;
  readonly weight: string;
  readonly squares: string;
  readonly largest: string;
  readonly score: string;
  readonly shares: number;
}

/** Reads buckets of one subject. */
export class BucketRows {
  readonly #reads: ReadonlyMap<BucketKind, Database.Statement>;

  constructor(db: Database.Database) {
    this.#reads = new Map(
      BUCKETS.map((kind) => [
        kind,
        db.prepare(
          `SELECT start, weight, squares, largest, score, shares FROM ${kind.table} WHERE subject = ? AND start >= ? AND start < ? ORDER BY start`,
        ),
      ]),
    );
  }

  /** @param fromMs start of the first bucket @param toMs before this time */
  read(kind: BucketKind, subject: number, fromMs: number, toMs: number): readonly Bucket[] {
    const rows = (this.#reads.get(kind)?.all(subject, fromMs, toMs) ?? []) as Row[];
    return rows.map(({ start, weight, squares, largest, score, shares }) => ({
      startMs: start,
      weight: BigInt(weight),
      squares: BigInt(squares),
      largest: BigInt(largest),
      score: BigInt(score),
      shares,
    }));
  }

  /** @returns the sums of all buckets from a time on */
  sum(kind: BucketKind, subject: number, fromMs: number): ShareSums {
    return this.read(kind, subject, fromMs, Number.MAX_SAFE_INTEGER).reduce<ShareSums>(addSums, NO_SHARES);
  }
}
