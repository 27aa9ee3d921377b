import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { type FileSystemFacts, userName, whyUnusable } from '@adit/journal';
import { temporaryFolder } from '@adit/test-kit/temporary';

const FINE: FileSystemFacts = {
  uid: 65_534,
  ownerOf: () => 65_534,
  freeBytes: () => 1e9,
  isReadOnly: () => false,
};

function failed(code: string, more: object = {}): Error {
  return Object.assign(new Error('disk I/O error'), { code, ...more });
}

/** A folder with a file. */
function place(context: TestContext): { folder: string; file: string } {
  const folder = temporaryFolder(context);
  const file = path.join(folder, 'leases.db');
  writeFileSync(file, '');
  return { folder, file };
}

test('a full disk is named, by its code or by what is free', (context) => {
  const { folder, file } = place(context);
  const words = `the disk of ${folder} is full: make room`;
  for (const code of ['ENOSPC', 'SQLITE_FULL', 'EDQUOT'])
    assert.equal(whyUnusable(file, failed(code), FINE), words, code);
  for (const code of ['SQLITE_IOERR', 'SQLITE_IOERR_SHMSIZE', 'SQLITE_CANTOPEN']) {
    assert.equal(whyUnusable(file, failed(code), { ...FINE, freeBytes: () => 0 }), words, code);
    assert.equal(whyUnusable(file, failed(code), FINE), undefined, code);
  }
});

test('a disk that is read-only is named, though SQLite only says that it cannot open the file', (context) => {
  const { folder, file } = place(context);
  for (const code of ['EROFS', 'SQLITE_CANTOPEN', 'SQLITE_READONLY'])
    assert.equal(
      whyUnusable(file, failed(code), { ...FINE, isReadOnly: () => true }),
      `the disk of ${folder} is read-only: mount it for writing`,
    );
});

test('a file of another user is named with its owner and the command that helps', (context) => {
  const { folder, file } = place(context);
  const ownerOf = (one: string) => (one === `${file}-wal` ? 0 : 65_534);
  const us = userName(65_534);
  const expected = `${file}-wal is owned by user ${userName(0)}, and this is user ${us}: chown -R ${us} ${folder}, or run as ${userName(0)}`;
  for (const code of ['SQLITE_READONLY', 'SQLITE_CANTOPEN', 'EACCES', 'EPERM'])
    assert.equal(whyUnusable(file, failed(code), { ...FINE, ownerOf }), expected, code);
  assert.equal(whyUnusable(folder, failed('EACCES', { path: file }), { ...FINE, ownerOf }), expected);
  assert.equal(whyUnusable(file, failed('EACCES'), { ...FINE, uid: 0, ownerOf }), undefined);
});

test('other errors keep their own words', (context) => {
  const { file } = place(context);
  for (const error of [failed('SQLITE_CORRUPT'), failed('EISDIR'), new Error('no code'), undefined, null])
    assert.equal(whyUnusable(file, error, { ...FINE, ownerOf: () => 0, freeBytes: () => 0 }), undefined);
});

test('the name of a user is its number where the system has none', (context) => {
  const file = path.join(temporaryFolder(context), 'passwd');
  writeFileSync(file, 'root:x:0:0::/root:/bin/sh\nadit:x:812:812::/var/lib/adit:/bin/false\n');
  assert.deepEqual(
    [userName(812, file), userName(813, file), userName(0, `${file}.gone`)],
    ['adit', '813', '0'],
  );
});

const ROOT = process.getuid?.() === 0;

test('the reader of a journal that root owns says whose it is', { skip: !ROOT }, async (context) => {
  const folder = temporaryFolder(context);
  const { ShareJournal } = await import('@adit/journal');
  const { record } = await import('./support/records.ts');
  const journal = new ShareJournal({ dataFolder: folder, instance: 'one' });
  await journal.append(record(1));
  await journal.close();
  chmodSync(folder, 0o755);
  chownSync(folder, 65_534, 65_534);
  const program = `
    const { countShares } = await import('@adit/journal');
    const { default: Database } = await import('better-sqlite3');
    // The other user may not be able to load it from this checkout.
    new Database(':memory:').close();
    process.setgid(65534);
    process.setuid(65534);
    try { countShares({ dataFolder: ${JSON.stringify(folder)} }); } catch (error) { console.log(error.message); }`;
  chownSync(path.join(folder, 'journal'), 65_534, 65_534);
  const said = execFileSync(
    process.execPath,
    ['--conditions=adit-source', '--input-type=module', '-e', program],
    {
      encoding: 'utf8',
      cwd: import.meta.dirname,
    },
  );
  assert.match(
    said,
    /one\.db cannot be read: .*one\.db is owned by user root, and this is user \S+: chown -R/,
  );
});
