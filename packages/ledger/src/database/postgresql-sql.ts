/** A quoted text or name, or a mark for a value. Statements of the ledger have no comments and no dollar quotes. */
const QUOTED_OR_MARK = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\?/g;
const DEFINES_COLUMNS = /^\s*(?:CREATE TABLE|ALTER TABLE)\b/i;

/**
 * Writes a statement of the ledger for PostgreSQL: `$1` for `?`; where it defines columns, BYTEA for BLOB, and text that is ordered by
 * its bytes, as SQLite orders it. The order of a database's locale changes with updates of its system.
 */
export function postgresqlOf(sql: string): string {
  let count = 0;
  const marked = sql.replace(QUOTED_OR_MARK, (found) => {
    if (found !== '?') return found;
    count += 1;
    return `$${count}`;
  });
  if (!DEFINES_COLUMNS.test(sql)) return marked;
  return marked.replace(/\bTEXT\b/g, 'TEXT COLLATE "C"').replace(/\bBLOB\b/g, 'BYTEA');
}
