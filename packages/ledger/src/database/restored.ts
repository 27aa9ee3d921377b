import Database from 'better-sqlite3';
import type { Queries } from './ledger-database.ts';

const RESTORED = 'restored_ms';
/** What tells a database from another one with the same rows. */
const IDENTITY = 'database_identity';

const SET_META =
  'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value';

/**
 * Marks a ledger's SQLite file that came from a backup: its books do not know what was paid since. The next ledger holds all payouts.
 * It works at once, for a command that restores files.
 * @throws errors of SQLite
 */
export function markRestored(file: string, nowMs: number): void {
  const db = new Database(file, { fileMustExist: true });
  try {
    db.prepare(SET_META).run(RESTORED, String(nowMs));
  } finally {
    db.close();
  }
}

/** Whether the ledger came from a backup, and its payouts are not held yet. */
export async function isRestored(queries: Queries): Promise<boolean> {
  const rows = await queries.all('SELECT value FROM meta WHERE name = ?', [RESTORED]);
  return rows.length > 0;
}

/** To be called when all payouts are held. */
export async function clearRestored(queries: Queries): Promise<void> {
  await queries.run('DELETE FROM meta WHERE name = ?', [RESTORED]);
}

/**
 * Notes which database the books lie in. Where it is another one than before, they came from a backup that somebody else restored,
 * and are marked as {@link markRestored} marks them.
 * @param identity differs between a database and each copy of it
 */
export async function noteIdentity(queries: Queries, identity: string, nowMs: number): Promise<void> {
  const [row] = await queries.all('SELECT value FROM meta WHERE name = ?', [IDENTITY]);
  const before = row?.['value'];
  if (before === identity) return;
  if (before !== undefined) await queries.run(SET_META, [RESTORED, String(nowMs)]);
  await queries.run(SET_META, [IDENTITY, identity]);
}
