import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
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

/** A process with a journal on a disk that may hang. It waits for half a second before it takes it for hanging. */
function startOn(disk: FailingDisk, dataFolder: string, context: TestContext) {
  const child = spawn(process.execPath, ['--conditions=adit-source', script, dataFolder], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...disk.environment },
  });
  context.after(() => child.kill('SIGKILL'));
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return {
    lines,
    send: (...texts: (number | string)[]) => child.stdin.write(texts.map((text) => `${text}\n`).join('')),
    told: (line: string) => until(line, () => lines.includes(line)),
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

function counted(dataFolder: string): number[] {
  return countShares({ dataFolder })
    .shares.map(({ digest }) => numberOf(digest))
    .sort((a, b) => a - b);
}

/** All rows of all files, those that do not count included. */
function numbersIn(dataFolder: string): Set<number> {
  const folder = path.join(dataFolder, 'journal');
  const names = readdirSync(folder).filter((name) => name.endsWith('.db'));
  return new Set(
    names.flatMap((name) => {
      const db = new Database(path.join(folder, name));
      try {
        return (db.prepare('SELECT digest FROM share').pluck().all() as Uint8Array[]).map(numberOf);
      } finally {
        db.close();
      }
    }),
  );
}

/** A journal with the shares 1 to 3, whose commit of share 4 hangs, and where share 5 waits behind it. */
async function hanging(context: TestContext, whole: boolean) {
  const folder = temporaryFolder(context);
  const disk = FailingDisk.make(folder);
  if (disk === undefined) return undefined;
  const data = path.join(folder, 'data');
  const journal = startOn(disk, data, context);
  journal.send(1, 2, 3);
  for (const number of [1, 2, 3]) await journal.told(`${number} kept`);
  // The journal uses a file of its own for at least a second before it begins another one at once.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  disk.hang(whole);
  journal.send(4);
  await until('the commit of share 4 hangs', () => disk.hasHung);
  journal.send(5);
  return { disk, data, journal };
}

test('while a commit hangs all shares are refused, and none comes back when the commit succeeds afterwards', async (context) => {
  const set = await hanging(context, false);
  if (set === undefined) return context.skip('no C compiler that makes a library for Linux');
  const { disk, data, journal } = set;
  await journal.told('5 refused');
  await journal.told('4 refused');
  journal.send(6);
  await journal.told('6 refused');
  assert.deepEqual(counted(data), [1, 2, 3], 'a reader at this moment');
  disk.heal();
  // The journal keeps shares again as soon as its new file is synced.
  for (
    let number = 10;
    !journal.lines.some((line) => / kept$/.test(line) && Number(line.split(' ')[0]) >= 10);
    number += 1
  ) {
    journal.send(number);
    await until('an answer', () => journal.lines.some((line) => line.startsWith(`${number} `)));
  }
  assert.ok(numbersIn(data).has(4), 'the commit that hung has succeeded');
  // A miner may send the refused share again: it counts, once.
  journal.send(4);
  await journal.told('4 kept');
  await journal.kill();
  const kept = journal.lines
    .filter((line) => line.endsWith(' kept'))
    .map((line) => Number(line.split(' ')[0]));
  assert.deepEqual(
    counted(data),
    kept.toSorted((a, b) => a - b),
  );
});

test('a share that was refused while its commit hung does not come back when the process is killed', async (context) => {
  const set = await hanging(context, false);
  if (set === undefined) return context.skip('no C compiler that makes a library for Linux');
  const { disk, data, journal } = set;
  await journal.told('4 refused');
  await journal.kill();
  disk.heal();
  assert.ok(numbersIn(data).has(4), 'the log has the commit that hung');
  assert.deepEqual(counted(data), [1, 2, 3]);
});

test('where no new file can be begun either, a share whose commit hangs gets no answer, and those behind it are refused', async (context) => {
  const set = await hanging(context, true);
  if (set === undefined) return context.skip('no C compiler that makes a library for Linux');
  const { disk, data, journal } = set;
  await journal.told('5 refused');
  for (const number of [6, 7]) {
    journal.send(number);
    await journal.told(`${number} refused`);
  }
  assert.equal(
    journal.lines.some((line) => line.startsWith('4 ')),
    false,
    'a kill would bring it back',
  );
  disk.heal();
  await journal.told('4 refused');
  await journal.kill();
  assert.deepEqual(counted(data), [1, 2, 3]);
});

test('a journal whose disk hangs can be closed', async (context) => {
  const set = await hanging(context, true);
  if (set === undefined) return context.skip('no C compiler that makes a library for Linux');
  const { journal } = set;
  journal.send('close');
  await journal.told('closed');
  assert.equal(
    journal.lines.some((line) => line.startsWith('4 ')),
    false,
  );
  await journal.kill();
});
