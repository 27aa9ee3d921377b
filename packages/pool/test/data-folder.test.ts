import assert from 'node:assert/strict';
import { chmodSync, lstatSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { startZcashDevnet } from '@adit/devnet';
import { SMALL, startPool, zcashPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { ZcashRig } from '@adit/test-kit/zcash-rig';

/** A pool with one share and one found block. An older version made the data folder. */
async function setUp(context: TestContext, changes: { groupId?: number } = {}) {
  const data = path.join(temporaryFolder(context), 'data');
  for (const folder of ['', 'journal', 'blocks', 'blocks/done']) {
    mkdirSync(path.join(data, folder));
    chmodSync(path.join(data, folder), 0o755);
  }
  for (const file of ['leases.db', 'bans.db', 'blocks/done/old.json']) {
    writeFileSync(path.join(data, file), '');
    chmodSync(path.join(data, file), 0o644);
  }
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 248n, mempoolSeconds: 0 });
  const running = await startPool(data, [zcashPool([devnet.url])], changes);
  context.after(async () => {
    await running.pool.stop();
    await devnet.close();
  });
  const rig = await ZcashRig.connect(running.portOf('zcash'), SMALL.equihash);
  const block = await rig.solve((value) => value <= 1n << 248n);
  assert.equal((await rig.submit(block)).result, true);
  await until('the block is a file', () =>
    readdirSync(path.join(data, 'blocks')).some((name) => name.endsWith('.json')),
  );
  return { data, rig, ...running };
}

/** All files and folders in a folder, itself included. */
function all(folder: string): string[] {
  // A file gets its mode before its final name, so drafts do not matter.
  const names = readdirSync(folder, { recursive: true }).map(String);
  const below = names.filter((name) => !name.endsWith('.tmp')).map((name) => path.join(folder, name));
  return [folder, ...below].filter((file) => lstatSync(file, { throwIfNoEntry: false }) !== undefined);
}

/** `leases.db` has the key of the nonce1 values, so only the user may read it, whoever may read the rest. */
function modeForGroup(name: string, isDirectory: boolean): string {
  if (isDirectory) return '750';
  return path.basename(name).startsWith('leases.db') ? '600' : '640';
}

test('only the user can read the data folder, even where an older version left it open', async (context) => {
  const { data } = await setUp(context);
  const names = all(data);
  assert.ok(names.some((name) => name.endsWith('.db-wal')) && names.some((name) => name.endsWith('.json')));
  for (const name of names) {
    const found = lstatSync(name);
    assert.equal((found.mode & 0o777).toString(8), found.isDirectory() ? '700' : '600', name);
  }
});

// The umask is that of the process. Files that SQLite makes beside its databases must get their modes all the same.
for (const mask of [0o000, 0o077]) {
  test(`a mask of ${mask.toString(8)} changes nothing about who may read`, async (context) => {
    const before = process.umask(mask);
    context.after(() => process.umask(before));
    const groupId = process.getgid?.();
    const { data } = await setUp(context, groupId === undefined ? {} : { groupId });
    for (const name of all(data)) {
      const found = lstatSync(name);
      assert.equal((found.mode & 0o777).toString(8), modeForGroup(name, found.isDirectory()), name);
    }
  });
}

test('members of the configured group can read all but the secret of the nonce1 values, and cannot write', async (context) => {
  const groupId = process.getgroups?.()[0] ?? process.getgid?.();
  if (groupId === undefined) return context.skip('this system has no groups');
  const { data } = await setUp(context, { groupId });
  for (const name of all(data)) {
    const found = lstatSync(name);
    assert.equal((found.mode & 0o777).toString(8), modeForGroup(name, found.isDirectory()), name);
    assert.equal(found.gid, groupId, name);
  }
});

test('a journal with faults makes the pool unready until an operator mends it, and shares are still kept', async (context) => {
  const { data, rig, pool, events } = await setUp(context);
  await until('the pool is ready', () => pool.status.ready);
  const file = path.join(data, 'journal', `${pool.status.instance}.db`);
  renameSync(file, `${file}.taken`);
  // The next share is refused, with the reason in the log. Later ones are kept in another file.
  const isShare = (value: bigint, target: bigint) => value > 1n << 248n && value <= target;
  const refused = await rig.submit(await rig.solve(isShare));
  assert.equal(refused.result, null);
  await until('shares are kept again', () => pool.status.journal.problem === undefined);
  await until('it is said', () => pool.status.notReady.some((reason) => /is gone, with shares/.test(reason)));
  assert.ok(pool.status.notReadyCauses.includes('journal_file'));
  assert.equal((await rig.submit(await rig.solve(isShare))).result, true);
  assert.ok(
    events.some((event) => event.kind === 'journal' && /while it was in use/.test(event.problem ?? '')),
  );
  assert.ok(events.some((event) => event.kind === 'problem' && /is gone, with shares/.test(event.detail)));
  renameSync(`${file}.taken`, file);
  await until('it is back, and all is well', () => pool.status.ready);
});
