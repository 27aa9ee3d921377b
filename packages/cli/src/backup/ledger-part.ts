import { existsSync } from 'node:fs';
import path from 'node:path';
import { markRestored } from '@adit/ledger';
import { databasePart } from './database-part.ts';
import type { BackupPart } from './part.ts';

/** Where the books of a pool are: in a file, or in a database with its own backups. */
export type Books =
  | { readonly kind: 'sqlite' /** Absolute. */; readonly file: string }
  | { readonly kind: 'postgresql' /** Without a password. */; readonly shown: string };

/** Name of the books in each backup, whatever they are called at home. */
export const BOOKS_FILE = 'ledger.db';
const PART = { name: 'ledger', is: 'the books: balances, blocks and payouts' };
const HELD =
  'payouts are held: the books do not know what was paid since the backup; `adit ledger reconcile` compares them with the wallet';

/** The books. A backup has those of a file; those of PostgreSQL are copied by its own programs. */
export function ledgerPart(books: Books): BackupPart {
  const restored = (folder: string, nowMs: number): readonly string[] => {
    const file = path.join(folder, BOOKS_FILE);
    if (!existsSync(file)) return [];
    markRestored(file, nowMs);
    return [HELD];
  };
  if (books.kind === 'sqlite')
    return databasePart({ ...PART, file: BOOKS_FILE, source: books.file, isNeeded: true, restored });
  const because = `the books are in PostgreSQL: ${dumpLine(books.shown)} copies them, best right before this backup`;
  return {
    ...PART,
    entries: [],
    copy: async () => ({ notCopied: [{ path: books.shown, because, isLoss: false }] }),
    check: () => [],
    // A backup of the time before the books moved to PostgreSQL has a file.
    restored,
  };
}

/** The command that copies books from PostgreSQL. */
function dumpLine(shown: string): string {
  return `\`pg_dump --format=custom --file=ledger.dump "${shown}"\``;
}
