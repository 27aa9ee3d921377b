import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { groupIdOf, makeDataFolder, OWNER_ONLY, readableBy, ShareJournal } from '@adit/journal';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { record } from './support/records.ts';

test('a group is found by its name or number, and the error for an unknown group names it', (context) => {
  const file = path.join(temporaryFolder(context), 'group');
  writeFileSync(file, 'root:x:0:\n# a comment\nadit:x:4711:alice,bob\nbroken\n');
  assert.equal(groupIdOf('adit', file), 4711);
  assert.equal(groupIdOf('1000', file), 1000);
  for (const name of ['adi', 'broken', 'x', '']) {
    assert.throws(() => groupIdOf(name, file), { code: 'ADIT_UNKNOWN_GROUP', message: /groupadd|number/ });
  }
});

test('files that are not ours stay as they are', (context) => {
  const data = temporaryFolder(context);
  const foreign = path.join(data, 'adit.toml');
  writeFileSync(foreign, '');
  chmodSync(foreign, 0o644);
  mkdirSync(path.join(data, 'elsewhere'), { mode: 0o755 });
  assert.deepEqual(makeDataFolder(data, OWNER_ONLY), []);
  assert.equal(lstatSync(foreign).mode & 0o777, 0o644);
  assert.equal(lstatSync(path.join(data, 'elsewhere')).mode & 0o777, 0o755);
});

test('another user of the group can read journals while they are written, and after they are closed', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('only root can be two users');
  const [user, groupId] = [65_534, 4_711];
  const data = path.join(temporaryFolder(context), 'data');
  makeDataFolder(data, readableBy(groupId));
  chmodSync(path.dirname(data), 0o755);
  const journal = new ShareJournal({ dataFolder: data, instance: 'a', access: readableBy(groupId) });
  await journal.append(record(1));
  // That user may not be able to reach the Node binary, so a small SQLite reader does the work.
  const count = (gid: number) =>
    execFileSync(
      'python3',
      [
        '-c',
        `import os, sqlite3, sys
os.setgroups([]); os.setgid(${gid}); os.setuid(${user})
db = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True)
print(db.execute('SELECT count(*) FROM share').fetchone()[0])`,
        path.join(data, 'journal', 'a.db'),
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    ).trim();
  try {
    execFileSync('python3', ['-c', 'import sqlite3'], { stdio: 'ignore' });
  } catch {
    await journal.close();
    return context.skip('no python3 with SQLite');
  }
  assert.equal(count(groupId), '1');
  assert.throws(() => count(user), /Command failed/);
  await journal.close();
  assert.equal(count(groupId), '1');
});
