// Reads one number per line, appends the share with that number, and prints the number with the outcome when it is known.
// Does not wait for one outcome before the next share. `close` closes the journal and prints `closed`.
import { createInterface } from 'node:readline';
import { ShareJournal } from '@adit/journal';
import { record } from './support/records.ts';

const journal = new ShareJournal({ dataFolder: process.argv[2] ?? '', tickMs: 50 });
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'close') {
    void journal.close().then(() => process.stdout.write('closed\n'));
    continue;
  }
  void journal
    .append(record(Number(line)))
    .catch(() => 'refused')
    .then((outcome) => process.stdout.write(`${line} ${outcome}\n`));
}
