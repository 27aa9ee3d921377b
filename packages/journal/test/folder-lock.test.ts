import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { FolderLock, OWNER_ONLY } from '../src/index.ts';

test('one holder has the lock of a data folder at a time, and a look makes no file', (context) => {
  const folder = temporaryFolder(context);
  assert.equal(FolderLock.isHeld(folder), false);
  assert.deepEqual(readdirSync(folder), []);
  const first = FolderLock.take(folder, OWNER_ONLY);
  assert.ok(first);
  assert.equal(FolderLock.isHeld(folder), true);
  assert.equal(FolderLock.take(folder, OWNER_ONLY, 0), undefined);
  first.close();
  assert.equal(FolderLock.isHeld(folder), false);
  const second = FolderLock.take(folder, OWNER_ONLY, 0);
  assert.ok(second);
  second.close();
});

test('a folder in which nothing can be locked holds up no pool', () => {
  assert.ok(FolderLock.take('/proc/adit', OWNER_ONLY, 0));
  assert.equal(FolderLock.isHeld('/proc/adit'), false);
});
