import assert from 'node:assert/strict';
import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { isAbsent } from '../src/is-absent.ts';

test('a file is absent only if its folder can be read and does not list it', (context) => {
  const folder = temporaryFolder(context);
  const file = path.join(folder, 'file');
  assert.equal(isAbsent(file), true);
  writeFileSync(file, '');
  assert.equal(isAbsent(file), false);
  assert.equal(isAbsent(path.join(file, 'below')), false, 'ENOTDIR');
  assert.equal(isAbsent(path.join(folder, 'no-folder', 'below')), false, 'its folder cannot be read');
  symlinkSync('loop', path.join(folder, 'loop'));
  assert.equal(isAbsent(path.join(folder, 'loop')), false, 'ELOOP');
});
