import { textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';
import type { HeadFile } from './head-file.ts';
import { FIRST_HEAD, newestHeads } from './seal-store.ts';

/**
 * Compares the log of seals with the file beside the books.
 * @returns what is wrong; undefined if the books are those of the file, or have gone on from there, or there is no file
 * @throws AditError `ADIT_LEDGER_DAMAGED` for a file that cannot be read
 */
export async function headFault(queries: Queries, file: Pick<HeadFile, 'read'>): Promise<string | undefined> {
  const kept = file.read();
  if (kept === undefined) return undefined;
  const [newest = FIRST_HEAD] = await newestHeads(queries, 1);
  if (newest.number < kept.number)
    return `the books end with change ${newest.number}, and had change ${kept.number} before: they are older than the file beside them`;
  const [same] = await queries.all('SELECT hash FROM seal_log WHERE number = ?', [kept.number]);
  if (same === undefined) return `change ${kept.number}, which the file beside the books has, is not in them`;
  return textOf(same, 'hash') === kept.hash
    ? undefined
    : `change ${kept.number} is not the one that the file beside the books has`;
}
