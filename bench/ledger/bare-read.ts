import path from 'node:path';
import Database from 'better-sqlite3';

const PAGE_ROWS = 2_048;

/**
 * Reads all rows of a journal by pages and does nothing with them: less than that no ledger can do.
 * @returns rows for each second of processor time
 */
export function bareRead(dataFolder: string): number {
  const db = new Database(path.join(dataFolder, 'journal', 'bench.db'), { readonly: true });
  try {
    const page = db.prepare('SELECT * FROM share WHERE sequence > ? ORDER BY sequence LIMIT ?');
    const start = process.cpuUsage();
    let rows = 0;
    for (;;) {
      const found = page.all(rows, PAGE_ROWS);
      rows += found.length;
      if (found.length < PAGE_ROWS) break;
    }
    return rows / cpuSeconds(start);
  } finally {
    db.close();
  }
}

/** @returns seconds of processor time of this process since then, all of its threads together */
export function cpuSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}
