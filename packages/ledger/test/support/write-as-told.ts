// Takes the lease of a ledger and writes a row for each line that it is told, under a clock that stands still. It answers with what
// happened.
import { createInterface } from 'node:readline';
import { LedgerWriter } from '@adit/ledger';
import { AditError } from '@adit/primitives';
import { openAt } from './open-at.ts';

const [, , place = '', owner = '', leaseMs = '0', now = '0'] = process.argv;
const database = await openAt(place);
const writer = new LedgerWriter({ owner, leaseMs: Number(leaseMs) }, { database, now: () => Number(now) });

async function obey(line: string): Promise<string> {
  if (line === 'take') return String(await writer.take());
  try {
    await writer.transact((queries) =>
      queries.run('INSERT INTO written (row_name, fence) VALUES (?, ?)', [line, writer.fence ?? 0]),
    );
    return `${line} kept`;
  } catch (error) {
    return error instanceof AditError ? error.code : String(error);
  }
}

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${await obey(line)}\n`);
await database.close();
