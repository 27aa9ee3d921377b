import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { balancesOf, postEntry, SqliteDatabase, setPayee, setTerms, verifyLedger } from '@adit/ledger';
import { depositEntry, openingEntry } from '@adit/money';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { payByItself } from './simulator/pay-by-itself.ts';
import { payeeOf } from './support/payout-desk.ts';

const SCRIPT = fileURLToPath(new URL('support/pay-until-killed.ts', import.meta.url));
const KILLS = 12;

/** Runs the payouts until they have said some lines, and kills them there. @returns whether they came to their end */
async function payAndKill(folder: string, lines: number, context: TestContext): Promise<boolean> {
  const child = spawn(process.execPath, ['--conditions=adit-source', SCRIPT, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  context.after(() => child.kill('SIGKILL'));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    if (output.split('\n').length > lines) child.kill('SIGKILL');
  }
  return (await ended) === 0;
}

test(`kill -9 at ${KILLS} places of payouts on a real file: each batch is called for once, and paid once`, async (context) => {
  const folder = temporaryFolder(context);
  const database = await SqliteDatabase.open(path.join(folder, 'ledger.db'));
  await database.transact(async (queries) => {
    const who = { chain: 'zcash', timeMs: Date.now(), actor: 'test', reason: 'a test' };
    await setTerms(queries, {
      ...who,
      account: '',
      terms: { feePpm: 0n, donation: null, minimum: 1_000_000n },
    });
    const deposit = depositEntry({ chain: 'zcash', reference: 'first', amount: 1_000_000_000n });
    await postEntry(queries, 'zcash', deposit, Date.now());
    for (const account of ['ann', 'bob', 'cem']) {
      await setPayee(queries, { ...who, account, payee: payeeOf(account) });
      const opening = openingEntry({ chain: 'zcash', reference: account, amount: 50_000_000n }, account);
      await postEntry(queries, 'zcash', opening, Date.now());
    }
    await payByItself(queries, 'zcash', who.timeMs);
  });
  await database.close();
  // Each process gets one line further than the one before, and the last one is left alone.
  let isOver = false;
  for (let kill = 1; kill <= KILLS && !isOver; kill += 1) isOver = await payAndKill(folder, kill, context);
  if (!isOver) assert.ok(await payAndKill(folder, Number.POSITIVE_INFINITY, context));
  const payments = readFileSync(path.join(folder, 'world.txt'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map(
      (line) =>
        JSON.parse(line) as {
          readonly tag: string;
          readonly outputs: readonly { readonly receiver: string }[];
        },
    );
  assert.equal(new Set(payments.map(({ tag }) => tag)).size, payments.length);
  const receivers = payments.flatMap(({ outputs }) => outputs.map(({ receiver }) => receiver));
  assert.deepEqual(receivers.toSorted(), ['ann', 'bob', 'cem']);
  const after = await SqliteDatabase.open(path.join(folder, 'ledger.db'));
  assert.deepEqual(await verifyLedger(after), []);
  const owed = await after.read((queries) => balancesOf(queries, 'zcash', 'miner'));
  assert.equal(owed.size, 0);
  await after.close();
});
