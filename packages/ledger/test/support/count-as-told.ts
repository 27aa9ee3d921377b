// Counts a row of a ledger up, as often as it is told, without a lease: each time it reads the row and writes the next number.
import { createInterface } from 'node:readline';
import { AditError } from '@adit/primitives';
import { openAt } from './open-at.ts';

const [, , place = ''] = process.argv;
const database = await openAt(place);

async function countOnce(): Promise<void> {
  await database.transact(async (queries) => {
    const [row] = await queries.all("SELECT fence FROM written WHERE row_name = 'count'");
    await queries.run("UPDATE written SET fence = ? WHERE row_name = 'count'", [Number(row?.['fence']) + 1]);
  });
}

/** A transaction that collides too often says that it can be tried again. */
async function count(): Promise<void> {
  for (;;) {
    try {
      return await countOnce();
    } catch (error) {
      if (!(error instanceof AditError) || error.code !== 'ADIT_LEDGER_BUSY') throw error;
    }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  for (let times = 0; times < Number(line); times += 1) await count();
  process.stdout.write(`${line} counted\n`);
}
await database.close();
