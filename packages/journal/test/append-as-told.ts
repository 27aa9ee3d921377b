// Reads one number per line, appends the share with that number, and prints the number with the outcome.
import { createInterface } from 'node:readline';
import { ShareJournal } from '@adit/journal';
import { record } from './support/records.ts';

const journal = new ShareJournal({ dataFolder: process.argv[2] ?? '' });
for await (const line of createInterface({ input: process.stdin })) {
  const outcome = await journal.append(record(Number(line))).catch(() => 'refused');
  process.stdout.write(`${line} ${outcome}\n`);
}
