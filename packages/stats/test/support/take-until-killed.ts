// Takes shares into statistics until it is killed. The clock is a file, so that the test decides what is old enough.
import { readFileSync } from 'node:fs';
import { JournalTail } from '@adit/journal';
import { openStats, ShareIntake } from '@adit/stats';

const [dataFolder = '', file = '', clock = ''] = process.argv.slice(2);
const db = openStats(file);
const tail = new JournalTail({ dataFolder });
const now = () => Number(readFileSync(clock, 'utf8'));
const intake = new ShareIntake({ settleMs: 0, maxRows: 20, maxDigests: 50 }, { tail, db, now });
for (;;) {
  const { counted } = intake.step();
  process.stdout.write(`${counted}\n`);
  if (counted === 0) await new Promise((resolve) => setTimeout(resolve, 2));
}
