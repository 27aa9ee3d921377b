import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { runAdit } from '@adit/test-kit/pool-process';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { dataFolderFaults, diskNotes, whyNot } from '../src/check/data-folder.ts';

test('the check tries the data folder, or the nearest folder above it, and leaves nothing', (context) => {
  const folder = temporaryFolder(context);
  assert.deepEqual(dataFolderFaults({ data: folder }), []);
  assert.deepEqual(dataFolderFaults({ data: path.join(folder, 'a', 'b') }), []);
  assert.deepEqual(readdirSync(folder), []);
});

test('a folder that cannot be used is named with its key, in words', () => {
  assert.deepEqual(dataFolderFaults({ data: '/proc/adit' }), [
    {
      key: 'data',
      message:
        'found /proc/adit, and no file can be made in /proc (ENOENT: the system makes no files there: name a folder on a disk)',
    },
  ]);
  const words = (code: string) => whyNot(Object.assign(new Error(code), { code }));
  assert.match(words('EROFS'), /^EROFS: read-only file system/);
  assert.match(words('EACCES'), /^EACCES: this user may not write there/);
});

test('a disk that is nearly full is a warning of the check', async (context) => {
  const data = path.join(temporaryFolder(context), 'data');
  assert.deepEqual(await diskNotes({ data }, async () => 5_000_000_000), []);
  const [note] = await diskNotes({ data }, async () => 900_000_000);
  assert.equal(note?.key, 'data');
  assert.match(note?.message ?? '', /has 0\.9 GB left/);
});

test('a data folder in which nothing can be made is refused at once, by the check and by the start', {
  timeout: 120_000,
}, async (context) => {
  const folder = temporaryFolder(context);
  const chains = [zcashToml(undefined, { ports: [{ listen: '127.0.0.1:0' }] })];
  const text = poolToml(chains, { top: { data: '/proc/adit' }, admin: { enabled: false } });
  writeFileSync(path.join(folder, 'adit.toml'), text);
  for (const args of [['pool', '--check'], ['pool']]) {
    const { status, err } = await runAdit(args, folder);
    assert.equal(status, 73);
    assert.match(err, /adit\.toml:\d+: data: found \/proc\/adit, and no file can be made in \/proc \(ENOENT/);
  }
});
