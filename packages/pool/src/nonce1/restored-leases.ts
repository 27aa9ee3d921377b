import { existsSync } from 'node:fs';
import path from 'node:path';
import { AditError } from '@adit/primitives';
import Database from 'better-sqlite3';
import { REST_MS } from './rest-time.ts';
import { distanceOf, skip } from './skip-numbers.ts';
import { type Nonce1Space, nonce1Space } from './space.ts';

/** Numbers of a space that were skipped: from `from` up to the one before `to`. */
export interface SkippedNumbers {
  /** Network and length, as in `zcash/4`. */
  readonly space: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Prepares the leases of a data folder that was restored from a backup, before a pool starts on it. The machine that the
 * backup came from went on, and handed out numbers that this file does not know. So the high-water mark of each space
 * jumps ahead of them, and miners get no nonce1 that another miner may have mined with.
 *
 * The key stays: under one key, different numbers are different values for sure. A new key would make values that may
 * equal some of those that were handed out before.
 *
 * The numbers in between rest for two hours, and the leases in the backup as well (in spaces of one and two bytes, as long
 * as they would have rested without a backup). After that they are taken once a space is used up, like those of any
 * process that has ended.
 *
 * @param nowMs wall clock
 * @returns the spaces; an empty list where the folder has no `leases.db`
 * @throws AditError `ADIT_LEASES_FAILED`; errors of SQLite
 */
export function skipRestoredLeases(dataFolder: string, nowMs: number): SkippedNumbers[] {
  const file = path.join(dataFolder, 'leases.db');
  if (!existsSync(file)) return [];
  const db = new Database(file, { fileMustExist: true });
  try {
    db.pragma('synchronous = FULL');
    const has = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").pluck();
    // A file that was only begun has no tables, and has given nothing out.
    if (has.get('counter') === undefined) return [];
    const work = db.transaction((): SkippedNumbers[] => {
      db.exec('CREATE TABLE IF NOT EXISTS restored (at_ms INTEGER NOT NULL) STRICT');
      db.prepare('INSERT INTO restored VALUES (?)').run(nowMs);
      // Spaces of one and two bytes are soon used up. With all their blocks at rest, a port would refuse all miners.
      const longer = 'CAST(substr(space, -1) AS INTEGER) > 2';
      db.prepare(`UPDATE block SET expires_ms = ? WHERE ${longer}`).run(nowMs + REST_MS);
      // Leases of a version that gave numbers out without a cipher.
      if (has.get('lease') !== undefined)
        db.prepare(`UPDATE lease SET expires_ms = ? WHERE ${longer}`).run(nowMs + REST_MS);
      const rows = db.prepare('SELECT space, next FROM counter').all() as { space: string; next: number }[];
      return rows.map(({ space: name, next: from }) => {
        const space = spaceOf(name);
        const to = skip(db, { name, space, from, distance: distanceOf(space), expiresMs: nowMs + REST_MS });
        return { space: name, from, to };
      });
    });
    return work.immediate();
  } finally {
    db.close();
  }
}

/** @param name such as `zcash/4` */
function spaceOf(name: string): Nonce1Space {
  const length = Number(name.slice(name.lastIndexOf('/') + 1));
  if (Number.isInteger(length) && length >= 1 && length <= 4) return nonce1Space(length);
  throw new AditError(
    'ADIT_LEASES_FAILED',
    `leases.db has a space ${name}, which this program does not know`,
  );
}
