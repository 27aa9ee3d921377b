import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { countShares, JournalTail } from '@adit/journal';
import { Ingest, SqliteDatabase } from '@adit/ledger';
import { folder, journalTemplate, record, START_MS, TestJournal } from './support/journals.ts';
import { shareTables, totalsOf } from './support/share-books.ts';

const script = fileURLToPath(new URL('./support/ingest-until-killed.ts', import.meta.url));
const KILLS = 30;
/** Shares that come between two kills. */
const SHARES = 120;

test('a ledger that is killed 30 times has the books of one that was left alone, to the unit', async (t) => {
  const dataFolder = folder(t);
  const template = await journalTemplate(dataFolder);
  const clock = path.join(dataFolder, 'clock');
  const file = path.join(dataFolder, 'ledger.db');
  let journals = ['a', 'b'].map((name) => new TestJournal(template, dataFolder, name));
  t.after(() => {
    for (const journal of journals) journal.close();
  });
  let time = 0;
  /** Moves the clock of the ledger up to all that was written. */
  const tick = () => {
    writeFileSync(`${clock}.new`, String(START_MS + time + 1));
    renameSync(`${clock}.new`, clock);
  };
  const share = (number: number) =>
    record(number, {
      timeMs: START_MS + time,
      workGroup: `g${Math.floor(number / 100)}`,
      account: `account${number % 13}`,
      weight: BigInt(1 + (number % 5)) * 8n,
      outcome: number % 97 === 0 ? 'block' : 'share',
    });
  const append = (journal: TestJournal | undefined) => {
    time += 1;
    // One of ten comes a second time, mostly to the other journal; one of thirty with a smaller weight.
    const number = time % 10 === 0 ? time - 7 : time;
    journal?.append(share(number));
    if (time % 30 === 0) journal?.lighten({ ...share(time - 11), weight: BigInt(time % 7) + 1n });
  };
  tick();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const child = spawn(process.execPath, ['--conditions=adit-source', script, dataFolder, file, clock], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'close');
    let lines = 0;
    const enough = Promise.withResolvers<void>();
    // Each child is killed after another number of steps, somewhere within the next one.
    child.stdout.on('data', (chunk: Buffer) => {
      lines += chunk.toString().split('\n').length - 1;
      if (lines > kill % 9) enough.resolve();
    });
    for (let i = 0; i < SHARES; i += 1) {
      append(journals[i % 3 === 0 ? 0 : 1]);
      if (i % 20 === 0) {
        tick();
        await new Promise(setImmediate);
      }
    }
    tick();
    await Promise.race([enough.promise, ended]);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
    child.kill('SIGKILL');
    const [, signal] = await ended;
    assert.equal(signal, 'SIGKILL');
    if (kill % 10 === 9) {
      const [first, second] = journals;
      first?.end(first.instance, first.sequence);
      first?.close();
      journals = [
        ...(second === undefined ? [] : [second]),
        new TestJournal(template, dataFolder, `c${kill}`),
      ];
    }
  }
  const open = async (name: string) => {
    const database = await SqliteDatabase.open(name);
    const tail = new JournalTail({ dataFolder });
    const ingest = new Ingest({ settleMs: 0 }, { tail, database, now: () => START_MS + time + 1 });
    while ((await ingest.step()).isFull);
    tail.close();
    const tables = await database.read(shareTables);
    const totals = await database.read(totalsOf);
    await database.close();
    return { tables, totals };
  };
  const killed = await open(file);
  const quiet = await open(':memory:');
  for (const [table, rows] of Object.entries(quiet.tables))
    assert.deepEqual(killed.tables[table], rows, table);
  const counted = countShares({ dataFolder }).shares;
  const weights = new Map<string, bigint>();
  for (const { account, weight } of counted)
    weights.set(`zcash/${account}`, (weights.get(`zcash/${account}`) ?? 0n) + weight);
  assert.deepEqual(
    new Map([...killed.totals].map(([name, { weight }]) => [name, weight] as const).sort()),
    new Map([...weights].sort()),
  );
  assert.ok(counted.length > KILLS * SHARES * 0.8);
});
