import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { countShares } from '@adit/journal';
import { FailingDisk } from '@adit/test-kit/failing-disk';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import Database from 'better-sqlite3';
import { numberOf } from './support/records.ts';

const script = fileURLToPath(new URL('./append-at-once.ts', import.meta.url));

/** A process with a journal, on a disk that keeps the shares 1 to 3. */
async function started(context: TestContext) {
  const folder = temporaryFolder(context);
  const disk = FailingDisk.make(folder);
  if (disk === undefined) return undefined;
  const data = path.join(folder, 'data');
  const start = () => {
    const child = spawn(process.execPath, ['--conditions=adit-source', script, data], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...disk.environment },
    });
    context.after(() => child.kill('SIGKILL'));
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    return {
      send: (...texts: (number | string)[]) => child.stdin.write(texts.map((text) => `${text}\n`).join('')),
      told: (line: string) => until(line, () => lines.includes(line)),
      kill: async () => {
        child.kill('SIGKILL');
        await once(child, 'exit');
      },
    };
  };
  const journal = start();
  journal.send(1, 2, 3);
  for (const number of [1, 2, 3]) await journal.told(`${number} kept`);
  return { disk, data, journal, start };
}

const counted = (dataFolder: string): number[] =>
  countShares({ dataFolder })
    .shares.map(({ digest }) => numberOf(digest))
    .sort((a, b) => a - b);

/** All rows of all files, those that do not count included. */
function rows(dataFolder: string): number[] {
  const folder = path.join(dataFolder, 'journal');
  const names = readdirSync(folder).filter((name) => name.endsWith('.db'));
  return names.flatMap((name) => {
    const db = new Database(path.join(folder, name));
    try {
      return (db.prepare('SELECT digest FROM share').pluck().all() as Uint8Array[]).map(numberOf);
    } finally {
      db.close();
    }
  });
}

const records = (data: string) =>
  readdirSync(path.join(data, 'journal')).filter((name) => name.endsWith('.end'));

test('where a commit fails and no new file can be made, a share that was refused does not come back after a kill', async (context) => {
  const set = await started(context);
  if (set === undefined) return context.skip('no C compiler that makes a library for Linux');
  const { disk, data, journal, start } = set;
  disk.fill();
  disk.fail();
  journal.send(4);
  await journal.told('4 refused');
  await journal.kill();
  disk.heal();
  assert.deepEqual(counted(data), [1, 2, 3]);
  assert.ok(rows(data).includes(4), 'the log has the commit that failed');
  assert.equal(records(data).length, 1);
  // The next process takes the record over into a file of its own, and the miner may send the share again.
  const next = start();
  next.send(4, 5);
  await next.told('4 kept');
  await next.told('5 kept');
  assert.deepEqual(counted(data), [1, 2, 3, 4, 5]);
  assert.equal(records(data).length, 1, 'the one of the process that runs');
  next.send('close');
  await next.told('closed');
  assert.deepEqual(records(data), []);
  assert.deepEqual(counted(data), [1, 2, 3, 4, 5]);
});

test('where a commit hangs and no new file can be made, its share is refused, and does not come back after a kill', async (context) => {
  const set = await started(context);
  if (set === undefined) return context.skip('no C compiler that makes a library for Linux');
  const { disk, data, journal } = set;
  disk.fill();
  disk.hang();
  journal.send(4);
  await journal.told('4 refused');
  await journal.kill();
  disk.heal();
  assert.deepEqual(counted(data), [1, 2, 3]);
  assert.ok(rows(data).includes(4), 'the log has the commit that hung');
});

test('a journal goes on when a new file can be made again, and leaves no record', async (context) => {
  const set = await started(context);
  if (set === undefined) return context.skip('no C compiler that makes a library for Linux');
  const { disk, data, journal } = set;
  disk.fill();
  disk.fail();
  journal.send(4);
  await journal.told('4 refused');
  disk.heal();
  let number = 10;
  for (let kept = false; !kept; number += 1) {
    journal.send(number);
    kept = await Promise.race([
      journal.told(`${number} kept`).then(() => true),
      journal.told(`${number} refused`).then(() => false),
    ]);
  }
  journal.send('close');
  await journal.told('closed');
  assert.deepEqual(records(data), []);
  assert.deepEqual(counted(data), [1, 2, 3, number - 1]);
});

test('a refused share does not come back where the journal that took its record over fails at its first commit', async (context) => {
  const set = await started(context);
  if (set === undefined) return context.skip('no C compiler that makes a library for Linux');
  const { disk, data, journal, start } = set;
  disk.fill();
  disk.fail();
  journal.send(4);
  await journal.told('4 refused');
  await journal.kill();
  disk.heal();
  const [first = ''] = records(data);
  const next = start();
  const begun = () =>
    readdirSync(path.join(data, 'journal')).find(
      (name) => name.endsWith('.db-wal') && !name.startsWith(first.slice(0, -'.db.end'.length)),
    );
  await until('the next process has a journal', () => begun() !== undefined);
  const took = begun()?.slice(0, -'-wal'.length) ?? '';
  assert.ok(records(data).includes(first), 'the record stays until a share is kept');
  disk.fail();
  next.send(5);
  await next.told('5 refused');
  disk.heal();
  let number = 10;
  for (let kept = false; !kept; number += 1) {
    next.send(number);
    kept = await Promise.race([
      next.told(`${number} kept`).then(() => true),
      next.told(`${number} refused`).then(() => false),
    ]);
  }
  await next.kill();
  assert.ok(!readdirSync(path.join(data, 'journal')).includes(took), 'it was removed as unused');
  assert.deepEqual(counted(data), [1, 2, 3, number - 1]);
});

test('a share is refused only with a record of it, also where the disk does not say whether its journal exists', async (context) => {
  const set = await started(context);
  if (set === undefined) return context.skip('no C compiler that makes a library for Linux');
  const { disk, data, journal } = set;
  disk.fill();
  disk.mute();
  disk.fail();
  journal.send(4);
  await journal.told('4 refused');
  await journal.kill();
  disk.heal();
  assert.deepEqual(counted(data), [1, 2, 3]);
  const [name = ''] = records(data);
  const record: unknown = JSON.parse(readFileSync(path.join(data, 'journal', name), 'utf8'));
  assert.deepEqual(record, { instance: name.slice(0, -'.db.end'.length), lastSequence: 3 });
});
