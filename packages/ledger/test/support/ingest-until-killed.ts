// Takes shares from a data folder into a ledger until it is killed. The clock is a file, so that the test decides what is old enough.
import { readFileSync } from 'node:fs';
import { JournalTail } from '@adit/journal';
import { Ingest, SqliteDatabase } from '@adit/ledger';

const [dataFolder = '', file = '', clock = ''] = process.argv.slice(2);
const database = await SqliteDatabase.open(file);
const tail = new JournalTail({ dataFolder });
const now = () => Number(readFileSync(clock, 'utf8'));
const ingest = new Ingest({ settleMs: 0, maxRows: 50, maxDigests: 100 }, { tail, database, now });
for (;;) {
  const { numbered } = await ingest.step();
  process.stdout.write(`${numbered}\n`);
  if (numbered === 0) await new Promise((resolve) => setTimeout(resolve, 2));
}
