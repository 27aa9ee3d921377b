import assert from 'node:assert/strict';
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { ViewKeys } from '../src/web/view-keys.ts';

test('a key follows from the secret of the data folder, and opens its own account alone', (t) => {
  const data = temporaryFolder(t);
  const key = new ViewKeys(data).keyOf('zcash', 'ann');
  assert.equal(statSync(path.join(data, 'web.key')).mode & 0o777, 0o600);
  const again = new ViewKeys(data);
  assert.equal(again.isKey('zcash', 'ann', key), true);
  assert.equal(again.isKey('zcash', 'bob', key), false);
});

test('a secret that was cut, or that others can read, opens nothing', (t) => {
  const data = temporaryFolder(t);
  const file = path.join(data, 'web.key');
  // Everybody could compute the keys that follow from an empty secret.
  for (const text of ['', '\n', 'not hex', 'ab'.repeat(31)]) {
    writeFileSync(file, text, { mode: 0o600 });
    assert.throws(() => new ViewKeys(data), { code: 'ADIT_SECRET_FILE' }, JSON.stringify(text));
  }
  writeFileSync(file, 'ab'.repeat(32));
  chmodSync(file, 0o644);
  assert.throws(() => new ViewKeys(data), { code: 'ADIT_SECRET_FILE' });
});
