import type Database from 'better-sqlite3';

/** Writes all rows of a database as SQL, table by table in the order in which the tables were made. */
export function rowsAsSql(db: Database.Database): readonly string[] {
  const tables = db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
    .pluck()
    .all();
  return tables.flatMap((table) =>
    db
      .prepare(`SELECT * FROM ${String(table)}`)
      .raw()
      .all()
      .map((row) => `INSERT INTO ${String(table)} VALUES (${(row as unknown[]).map(literal).join(', ')})`),
  );
}

function literal(value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return String(value);
  if (value instanceof Uint8Array) return `X'${Buffer.from(value).toString('hex')}'`;
  return `'${String(value).replaceAll("'", "''")}'`;
}
