import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { auditRows, entryOf, SqliteDatabase, verifyLedger } from '@adit/ledger';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { postedEntry } from './support/posted-entry.ts';

const SCRIPT = fileURLToPath(new URL('support/post-until-killed.ts', import.meta.url));
const KILLS = 20;

/** Runs the script until it has said some lines, and kills it a moment later. @returns the numbers that it said */
async function postAndKill(
  file: string,
  first: number,
  lines: number,
  context: TestContext,
): Promise<readonly number[]> {
  const child = spawn(process.execPath, ['--conditions=adit-source', SCRIPT, file, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  context.after(() => child.kill('SIGKILL'));
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    // Each line is a transaction; the kill comes somewhere in the next ones.
    if (output.split('\n').length > lines) child.kill('SIGKILL');
  }
  return output.slice(0, output.lastIndexOf('\n')).split('\n').map(Number);
}

test(`${KILLS} times kill -9 in the middle of transactions lose nothing that was kept, and keep no half`, async (context) => {
  const file = path.join(temporaryFolder(context), 'ledger.db');
  let next = 1;
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const said = await postAndKill(file, next, kill % 7, context);
    const database = await SqliteDatabase.open(file);
    try {
      assert.deepEqual(await verifyLedger(database), []);
      const [entries, rows] = await database.read(async (queries) => {
        for (const number of said) {
          const entry = postedEntry(number);
          assert.deepEqual(await entryOf(queries, 'zcash', entry.key), entry);
        }
        const count = await queries.all('SELECT COUNT(*) AS count FROM entry');
        return [count[0]?.['count'], (await auditRows(queries, { after: 0, limit: 10_000 })).length];
      });
      // An entry and its audit row are one transaction.
      assert.equal(entries, rows);
      assert.ok(rows >= (said.at(-1) ?? 0));
      next = rows + 1;
    } finally {
      await database.close();
    }
  }
});
