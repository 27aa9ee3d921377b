import type Database from 'better-sqlite3';

/** Every row of the statistics that follows from the journals, in an order of its own. */
export function dump(db: Database.Database): Readonly<Record<string, readonly unknown[]>> {
  const all = (sql: string) => db.prepare(sql).all();
  const names = ['m1', 'w1', 'm10', 'h1', 'd1'].map((name) => `bucket_${name}`);
  const buckets = names.map((table) => [
    table,
    all(
      `SELECT s.network, s.kind, s.name, b.start, b.weight, b.squares, b.largest, b.score, b.shares FROM ${table} b JOIN subject s ON s.id = b.subject ORDER BY 1, 2, 3, 4`,
    ),
  ]);
  return {
    ...Object.fromEntries(buckets),
    subjects: all(
      'SELECT network, kind, name, account, wid, first_ms, last_ms, last_weight, shares, workers FROM subject ORDER BY 1, 2, 4, 3',
    ),
    marks: all('SELECT * FROM mark ORDER BY instance'),
    rounds: all('SELECT * FROM round ORDER BY network'),
    found: all('SELECT * FROM found ORDER BY network, id'),
  };
}
