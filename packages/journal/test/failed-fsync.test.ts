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
import Database from 'better-sqlite3';
import { numberOf } from './support/records.ts';

const script = fileURLToPath(new URL('./append-as-told.ts', import.meta.url));

/** A process with a journal on a disk that may fail. */
function startOn(disk: FailingDisk, dataFolder: string, context: TestContext) {
  const child = spawn(process.execPath, ['--conditions=adit-source', script, dataFolder], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...disk.environment },
  });
  context.after(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    append: async (number: number) => {
      child.stdin.write(`${number}\n`);
      return String((await lines.next()).value);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

const counted = (dataFolder: string) => {
  const { shares, leftOut } = countShares({ dataFolder });
  return {
    numbers: shares.map(({ digest }) => numberOf(digest)).sort((a, b) => a - b),
    because: new Set(leftOut.map(({ because }) => because)),
  };
};

test('a share that was refused because the disk failed never comes back, whenever the process is killed', async (context) => {
  const folder = temporaryFolder(context);
  const disk = FailingDisk.make(folder);
  if (disk === undefined) return context.skip('no C compiler that makes a library for Linux');

  // The disk heals, and the process goes on.
  const healed = path.join(folder, 'healed');
  const first = startOn(disk, healed, context);
  for (const number of [1, 2, 3]) assert.equal(await first.append(number), `${number} kept`);
  disk.fail();
  assert.equal(await first.append(4), '4 refused');
  disk.heal();
  // The share is refused once or twice more while no file can be begun; then it is kept.
  while ((await first.append(5)) !== '5 kept');
  await first.kill();
  assert.deepEqual(counted(healed).numbers, [1, 2, 3, 5]);
  // A new process sends it again: it counts.
  const second = startOn(disk, healed, context);
  assert.equal(await second.append(4), '4 kept');
  assert.equal(await second.append(5), '5 duplicate');
  await second.kill();
  assert.deepEqual(counted(healed).numbers, [1, 2, 3, 4, 5]);

  // The disk stays broken until the end.
  const broken = path.join(folder, 'broken');
  const third = startOn(disk, broken, context);
  for (const number of [1, 2, 3]) assert.equal(await third.append(number), `${number} kept`);
  disk.fail();
  for (const number of [4, 5, 6]) assert.equal(await third.append(number), `${number} refused`);
  await third.kill();
  disk.heal();
  const { numbers, because } = counted(broken);
  assert.deepEqual(numbers, [1, 2, 3]);
  // The shares are in the file: its log has a commit that was never acknowledged, and SQLite brings it back.
  assert.deepEqual([...because], ['refused']);
  assert.ok(rowsIn(path.join(broken, 'journal')) > 3);
});

test('a disk that fails again and again does not fill with files', async (context) => {
  const folder = temporaryFolder(context);
  const disk = FailingDisk.make(folder);
  if (disk === undefined) return context.skip('no C compiler that makes a library for Linux');
  const data = path.join(folder, 'data');
  const child = startOn(disk, data, context);
  assert.equal(await child.append(1), '1 kept');
  disk.fail();
  for (let number = 2; number < 200; number += 1)
    assert.equal(await child.append(number), `${number} refused`);
  const files = () => readdirSync(path.join(data, 'journal')).filter((name) => name.endsWith('.db')).length;
  assert.ok(files() <= 3, `${files()} files`);
  disk.heal();
  while ((await child.append(1_000)) !== '1000 kept');
  assert.equal(files(), 2);
  await child.kill();
  assert.deepEqual(counted(data).numbers, [1, 1_000]);
});

function rowsIn(folder: string): number {
  const files = readdirSync(folder).filter((name) => name.endsWith('.db'));
  return files.reduce((sum, name) => {
    const db = new Database(path.join(folder, name));
    try {
      return sum + Number(db.prepare('SELECT count(*) FROM share').pluck().get());
    } finally {
      db.close();
    }
  }, 0);
}
