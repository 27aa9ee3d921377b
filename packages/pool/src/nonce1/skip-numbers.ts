import type Database from 'better-sqlite3';
import { REST_MS } from './rest-time.ts';
import { blockSize, type Nonce1Space } from './space.ts';

/**
 * Most numbers that are skipped for a restored backup. A pool takes new numbers only when it starts and when more miners
 * are connected than ever before, so it needs months for as many. Of the 2^31 numbers of four bytes, 128 restores
 * use up all.
 */
const MOST_SKIPPED = 2 ** 24;
/** Most of a space that is skipped: shorter spaces have fewer numbers. */
const PART_OF_SPACE = 4;
/** Owner of the skipped blocks. No process has this name. */
const OWNER = 'restored';

/**
 * The first number of a space that has no mark yet: 0, or as far ahead as the folder was restored. To be called in a
 * transaction.
 */
export function skipAsOftenAsRestored(db: Database.Database, name: string, space: Nonce1Space): number {
  const { times, last } = db.prepare('SELECT count(*) AS times, max(at_ms) AS last FROM restored').get() as {
    times: number;
    last: number | null;
  };
  if (last === null) return 0;
  // The last part of a short space stays, or there would be nothing to hand out.
  const distance = Math.min(times * distanceOf(space), 2 ** space.bits - distanceOf(space));
  return skip(db, { name, space, from: 0, distance, expiresMs: last + REST_MS });
}

/** How many numbers are skipped: whole blocks. */
export function distanceOf(space: Nonce1Space): number {
  return Math.min(MOST_SKIPPED, 2 ** space.bits / PART_OF_SPACE);
}

interface Skip {
  readonly name: string;
  readonly space: Nonce1Space;
  readonly from: number;
  readonly distance: number;
  readonly expiresMs: number;
}

/** Moves the mark, and leases the numbers before it to nobody. At most 8,192 rows. @returns the new mark */
export function skip(db: Database.Database, { name, space, from, distance, expiresMs }: Skip): number {
  const to = Math.min(from + distance, 2 ** space.bits);
  const size = blockSize(space);
  const insert = db.prepare('INSERT INTO block VALUES (?, ?, ?, ?, ?)');
  for (let start = from; start < to; start += size)
    insert.run(name, start, Math.min(size, to - start), OWNER, expiresMs);
  db.prepare('INSERT OR REPLACE INTO counter VALUES (?, ?)').run(name, to);
  return to;
}
