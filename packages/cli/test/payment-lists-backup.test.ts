import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { aditHere } from '@adit/test-kit/adit-here';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';

test('payment lists and their marks are in a backup and come back private; a link among them is a loss, and is not followed', async (context) => {
  const folder = temporaryFolder(context);
  const lists = path.join(folder, 'data/payouts/zcash');
  mkdirSync(lists, { recursive: true });
  writeFileSync(path.join(folder, 'adit.toml'), poolToml([zcashToml()], { top: { data: './data' } }));
  for (const ending of ['json', 'csv', 'paid', 'json.part'])
    writeFileSync(path.join(lists, `zcash-1.${ending}`), ending, { mode: 0o644 });
  const first = await aditHere(['backup', 'whole', '--json'], folder);
  assert.equal(first.status, 0, first.err);
  symlinkSync('/etc/hostname', path.join(lists, 'zcash-2.paid'));
  const second = await aditHere(['backup', 'saved', '--json'], folder);
  const { complete, notCopied } = JSON.parse(second.out);
  assert.equal(complete, false);
  assert.ok(
    notCopied.some(
      (one: { path: string; isLoss: boolean }) => one.isLoss && one.path.endsWith('zcash-2.paid'),
    ),
  );
  const refused = await aditHere(['restore', 'whole'], folder);
  assert.notEqual(refused.status, 0, 'over a folder that has lists');
  rmSync(path.join(folder, 'data'), { recursive: true });
  const restored = await aditHere(['restore', 'whole'], folder);
  assert.equal(restored.status, 0, restored.err);
  assert.match(restored.out, /compare them with what you have paid/);
  for (const ending of ['json', 'csv', 'paid']) {
    const file = path.join(lists, `zcash-1.${ending}`);
    assert.equal(readFileSync(file, 'utf8'), ending);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  }
  assert.throws(() => statSync(path.join(lists, 'zcash-1.json.part')));
});
