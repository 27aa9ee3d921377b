import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { folderPart } from '../src/backup/folder-part.ts';
import { makeBackup } from '../src/backup/make-backup.ts';
import { ProgressLines } from '../src/backup/progress-lines.ts';

const BLOCKS = folderPart({ name: 'blocks', is: 'found blocks', folders: ['blocks'], isWanted: () => true });
const FILES = 100;

test('many small files are copied first and synced at the end, each once, and every step is told', async (context) => {
  const folder = temporaryFolder(context);
  const dataFolder = path.join(folder, 'data');
  mkdirSync(path.join(dataFolder, 'blocks'), { recursive: true });
  for (let i = 0; i < FILES; i += 1)
    writeFileSync(path.join(dataFolder, 'blocks', `${i}.json`), `{"n":${i}}`);
  const configFile = path.join(folder, 'adit.toml');
  writeFileSync(configFile, '');
  const handle = await open(configFile);
  const sync = context.mock.method(Object.getPrototypeOf(handle), 'sync');
  await handle.close();
  const syncsAt: Record<string, number> = {};
  const most: Record<string, number> = {};
  const manifest = await makeBackup(
    { dataFolder, configFile, control: '', to: path.join(folder, 'backup'), version: '1' },
    {
      parts: [BLOCKS],
      now: Date.now,
      onProgress: (step, files) => {
        syncsAt[step] ??= sync.mock.callCount();
        most[step] = files;
      },
    },
  );
  const blocks = manifest.files.filter(({ path: file }) => file.includes('blocks'));
  assert.equal(blocks.length, FILES);
  assert.deepEqual(
    manifest.files,
    manifest.files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  );
  assert.equal(most['copies blocks'], FILES);
  assert.equal(syncsAt['reads the copy'], 0, 'nothing is synced while files are copied');
  assert.equal(most.syncs, manifest.files.length + 1, 'the manifest is synced too');
});

test('a long backup has a line every five seconds, and a short one none', () => {
  let now = 0;
  const lines: string[] = [];
  const progress = new ProgressLines({ write: (line) => lines.push(line) }, () => now);
  for (; now < 11_000; now += 1_000) progress.at('copies blocks', now / 10);
  assert.deepEqual(lines, [
    'backup: copies blocks, 500 files so far\n',
    'backup: copies blocks, 1000 files so far\n',
  ]);
});
