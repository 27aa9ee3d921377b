import Database from 'better-sqlite3';
import type { Queries } from './ledger-database.ts';

const RESTORED = 'restored_ms';

/**
 * Marks a ledger's SQLite file that came from a backup: its books do not know what was paid since. The next ledger holds all payouts.
 * It works at once, for a command that restores files.
 * @throws errors of SQLite
 */
export function markRestored(file: string, nowMs: number): void {
  const db = new Database(file, { fileMustExist: true });
  try {
    db.prepare(
      'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ).run(RESTORED, String(nowMs));
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
