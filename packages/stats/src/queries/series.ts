import type Database from 'better-sqlite3';
import { addSums, NO_SHARES } from '../estimate/rate.ts';
import { type BucketKind, DAYS, HOURS, MINUTES, TENS, WORKER_MINUTES } from '../store/schema.ts';
import type { Bucket, BucketRows } from './bucket-rows.ts';
import type { StatsSubject } from './subject-row.ts';

/** A range of a chart. Each has at most 400 points. */
export type SeriesRange = '1h' | '6h' | '24h' | '7d' | '30d' | '1y';

/** The points of a chart, at an even distance. */
export interface Series {
  readonly fromMs: number;
  readonly stepMs: number;
  /** Sums of each step; null where nobody knows whether the pool ran. */
  readonly steps: readonly (Bucket | null)[];
  /** True if the last step is not over. */
  readonly partialLast: boolean;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Plan {
  readonly bucket: BucketKind;
  readonly stepMs: number;
  readonly ms: number;
}

const PLANS: Readonly<Record<SeriesRange, Plan>> = {
  '1h': { bucket: MINUTES, stepMs: MINUTE, ms: HOUR },
  '6h': { bucket: TENS, stepMs: 10 * MINUTE, ms: 6 * HOUR },
  '24h': { bucket: TENS, stepMs: 10 * MINUTE, ms: DAY },
  '7d': { bucket: HOURS, stepMs: HOUR, ms: 7 * DAY },
  '30d': { bucket: HOURS, stepMs: 4 * HOUR, ms: 30 * DAY },
  '1y': { bucket: DAYS, stepMs: DAY, ms: 365 * DAY },
};

/** The ranges by their names. */
export const SERIES_RANGES = Object.keys(PLANS) as readonly SeriesRange[];

/**
 * Reads a chart of a subject. Buckets are only summed: each point is what was measured.
 * @param chain subject of its chain: where the chain had shares, the pool ran
 * @param untilMs time up to which shares were taken
 */
export function seriesOf(
  db: Database.Database,
  rows: BucketRows,
  question: {
    readonly subject: StatsSubject;
    readonly chain: StatsSubject;
    readonly range: SeriesRange;
    readonly untilMs: number;
  },
): Series {
  const { subject, chain, range, untilMs } = question;
  const { bucket: planned, stepMs, ms } = PLANS[range];
  const bucket = planned === MINUTES && subject.wid !== '' ? WORKER_MINUTES : planned;
  const toMs = Math.floor(untilMs / stepMs) * stepMs + stepMs;
  const fromMs = toMs - ms;
  const count = ms / stepMs;
  const steps: (Bucket | null)[] = Array.from({ length: count }, () => null);
  const at = (startMs: number) => Math.floor((startMs - fromMs) / stepMs);
  const zero = (index: number): Bucket => ({
    ...NO_SHARES,
    startMs: fromMs + index * stepMs,
    score: 0n,
  });
  const ran = db
    .prepare('SELECT DISTINCT (start - ?) / ? AS step FROM alive WHERE start >= ? AND start < ?')
    .all(fromMs, stepMs, fromMs, toMs) as { step: number }[];
  for (const { step } of ran) if (step in steps) steps[step] = zero(step);
  for (const { startMs } of rows.read(planned, chain.id, fromMs, toMs))
    steps[at(startMs)] ??= zero(at(startMs));
  for (const one of rows.read(bucket, subject.id, fromMs, toMs)) {
    const index = at(one.startMs);
    const before = steps[index] ?? zero(index);
    steps[index] = {
      ...addSums(before, one),
      startMs: before.startMs,
      score: before.score + one.score,
    };
  }
  return { fromMs, stepMs, steps, partialLast: untilMs < toMs };
}
