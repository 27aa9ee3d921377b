import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { ShareJournal } from '@adit/journal';
import { AditError } from '@adit/primitives';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { type BackupOptions, makeBackup } from '../src/backup/make-backup.ts';
import type { Manifest } from '../src/backup/manifest.ts';
import type { BackupPart } from '../src/backup/part.ts';
import { backupParts } from '../src/backup/parts.ts';
import { restoreBackup } from '../src/backup/restore-backup.ts';

const PARTS = backupParts({ kind: 'sqlite', file: '/nowhere/ledger.db' });
const MODULES = { parts: PARTS, now: () => 1_700_000_000_000 };

interface Place {
  readonly folder: string;
  readonly data: string;
  readonly options: BackupOptions;
}

/** A data folder with one share, and a configuration. */
async function place(context: TestContext): Promise<Place> {
  const folder = temporaryFolder(context);
  const data = path.join(folder, 'data');
  const journal = new ShareJournal({ dataFolder: data });
  await journal.append({
    timeMs: 1_700_000_000_000,
    network: 'zcash',
    chain: 'zcash',
    height: 1,
    workId: 'work',
    workGroup: 'aa',
    account: 'alice',
    worker: 'alice.rig1',
    dialect: 'zcash',
    weight: 1n,
    shareTarget: 1n,
    networkTarget: null,
    digest: new Uint8Array(32),
    outcome: 'share',
  });
  await journal.close();
  const configFile = path.join(folder, 'adit.toml');
  writeFileSync(configFile, '');
  const options = {
    dataFolder: data,
    configFile,
    control: path.join(data, 'control.sock'),
    to: path.join(folder, 'copy'),
    version: '0.0.0',
  };
  return { folder, data, options };
}

function refusal(code: string, ...words: readonly string[]) {
  return (error: unknown) => {
    assert.ok(error instanceof AditError, String(error));
    assert.equal(error.code, code, error.message);
    for (const word of words) assert.ok(error.message.includes(word), error.message);
    return true;
  };
}

test('a backup is refused where its folder exists, lies in the data folder, or has no folder above it', async (context) => {
  const { data, folder, options } = await place(context);
  const to = (wanted: string) => makeBackup({ ...options, to: wanted }, MODULES);
  mkdirSync(path.join(folder, 'there'));
  mkdirSync(path.join(folder, 'half.part'));
  symlinkSync(data, path.join(folder, 'link'));
  const cases: readonly (readonly [string, string])[] = [
    [path.join(folder, 'there'), 'exists already'],
    [path.join(folder, 'half'), 'broken off'],
    [path.join(data, 'copy'), 'lies in the data folder'],
    [path.join(folder, 'link', 'copy'), 'lies in the data folder'],
    [path.join(folder, 'nowhere', 'copy'), 'there is no folder'],
  ];
  for (const [wanted, words] of cases)
    await assert.rejects(to(wanted), refusal('ADIT_BACKUP_PLACE', words), wanted);
  const nothing = makeBackup({ ...options, dataFolder: path.join(folder, 'gone') }, MODULES);
  await assert.rejects(nothing, refusal('ADIT_BACKUP_PLACE', 'there is no data folder'));
});

test('a part that fails leaves no folder behind', async (context) => {
  const { options } = await place(context);
  const broken: BackupPart = {
    name: 'broken',
    is: 'a part whose copy fails',
    entries: [],
    copy: () => Promise.reject(new Error('no such device')),
    check: () => [],
    restored: () => [],
  };
  const parts = [...PARTS, broken];
  await assert.rejects(
    makeBackup(options, { ...MODULES, parts }),
    refusal('ADIT_BACKUP_FAILED', 'no such device'),
  );
  assert.deepEqual([existsSync(options.to), existsSync(`${options.to}.part`)], [false, false]);
});

test('a backup goes on without a journal that cannot be read, and says that it is not complete', async (context) => {
  const { data, options } = await place(context);
  writeFileSync(
    path.join(data, 'journal', 'broken.db'),
    'not a database, but longer than a header of SQLite has to be',
  );
  writeFileSync(path.join(data, 'journal', 'empty.db'), '');
  const { complete, notCopied, sequences } = await makeBackup(options, MODULES);
  assert.equal(complete, false);
  assert.deepEqual(
    notCopied.map(({ path: file, isLoss }) => [path.basename(file), isLoss]),
    [
      ['broken.db', true],
      ['empty.db', false],
    ],
  );
  assert.deepEqual(Object.values(sequences), [1]);
});

test('a restore is refused into a folder that holds anything, and where a restore was broken off', async (context) => {
  const { data, folder, options } = await place(context);
  await makeBackup(options, MODULES);
  const into = (dataFolder: string) => restoreBackup({ from: options.to, dataFolder }, MODULES);
  await assert.rejects(into(data), refusal('ADIT_BACKUP_PLACE', 'is not empty', 'journal'));
  await assert.rejects(into(options.configFile), refusal('ADIT_BACKUP_PLACE', 'is a file'));
  mkdirSync(path.join(folder, 'half', '.restoring'), { recursive: true });
  await assert.rejects(into(path.join(folder, 'half')), refusal('ADIT_BACKUP_PLACE', 'broken off'));
  // The root of a new file system.
  mkdirSync(path.join(folder, 'disk', 'lost+found'), { recursive: true });
  await into(path.join(folder, 'disk'));
  assert.ok(readdirSync(path.join(folder, 'disk', 'journal')).length === 1);
});

test('a restore is refused from a backup with a missing, changed or foreign file, or a strange manifest', async (context) => {
  const { folder, options } = await place(context);
  const manifest = await makeBackup(options, MODULES);
  const file = path.join(options.to, 'manifest.json');
  const attempt = (changed: unknown) => {
    writeFileSync(file, typeof changed === 'string' ? changed : JSON.stringify(changed));
    return restoreBackup({ from: options.to, dataFolder: path.join(folder, 'new') }, MODULES);
  };
  const [first, ...others] = manifest.files;
  assert.ok(first !== undefined);
  const withFirst = (change: Partial<Manifest['files'][number]>) => ({
    ...manifest,
    files: [{ ...first, ...change }, ...others],
  });
  const cases: readonly (readonly [unknown, string])[] = [
    ['{ "version": 1', 'cannot be used'],
    [{}, 'is damaged'],
    [{ ...manifest, version: 2 }, 'newer program'],
    [{ ...manifest, parts: [...manifest.parts, { name: 'stats', is: 'rates' }] }, '(stats)'],
    [withFirst({ path: 'data/../../etc/passwd' }), 'leads out'],
    [withFirst({ path: '/etc/passwd' }), 'expected a path'],
    [withFirst({ path: 'data/journal/other.db' }), 'is missing'],
    [withFirst({ path: 'data/journal' }), 'is not a file'],
    [withFirst({ bytes: first.bytes + 1 }), 'instead of'],
    [withFirst({ sha256: '0'.repeat(64) }), 'was changed'],
  ];
  for (const [changed, words] of cases)
    await assert.rejects(attempt(changed), refusal('ADIT_BAD_BACKUP', words), words);
  assert.ok(!existsSync(path.join(folder, 'new')));
  await assert.rejects(
    restoreBackup({ from: folder, dataFolder: path.join(folder, 'new') }, MODULES),
    refusal('ADIT_BAD_BACKUP', 'not a backup'),
  );
  await attempt(manifest);
  assert.deepEqual(
    readdirSync(path.join(folder, 'new', 'journal')),
    readdirSync(path.join(options.dataFolder, 'journal')),
  );
});
