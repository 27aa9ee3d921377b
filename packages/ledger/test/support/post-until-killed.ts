// Posts entries to a ledger in a file, each with an audit row in one transaction, and says the number of each that was kept.
import { appendAudit, LedgerWriter, postEntry, SqliteDatabase } from '@adit/ledger';
import { postedEntry } from './posted-entry.ts';

const [, , file = '', first = '0'] = process.argv;
const database = await SqliteDatabase.open(file);
const writer = new LedgerWriter({ owner: 'child' }, { database, now: () => Number(first) * 1_000_000 });
await writer.take();
for (let number = Number(first); ; number += 1) {
  await writer.transact(async (queries) => {
    await postEntry(queries, 'zcash', postedEntry(number), number);
    await appendAudit(queries, { timeMs: number, actor: 'child', action: 'posted', content: { number } });
  });
  process.stdout.write(`${number}\n`);
}
