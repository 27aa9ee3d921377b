import assert from 'node:assert/strict';
import { lookup } from 'node:dns/promises';
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { silentPipe } from '@adit/test-kit/silent-pipe';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { DiskThread } from '../src/disk/disk-thread.ts';

test('the disk thread carries out one request after the other, and says why one fails', async (context) => {
  const folder = path.join(temporaryFolder(context), 'a', 'b');
  const disk = new DiskThread();
  await disk.ask({ kind: 'make_folder', folder });
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  const file = path.join(folder, 'one');
  const results = await Promise.all([
    disk.ask({ kind: 'write_first', folder, name: 'one', text: 'first' }),
    disk.ask({ kind: 'write_first', folder, name: 'one', text: 'second' }),
    disk.ask({ kind: 'read', file }),
    disk.ask({ kind: 'write_synced', file, text: 'third', mode: 0o640 }),
    disk.ask({ kind: 'sync_folder', folder }),
    disk.ask({ kind: 'rename', from: file, to: path.join(folder, 'two') }),
    disk.ask({ kind: 'list', folder }),
  ]);
  assert.deepEqual(results, [true, false, 'first', undefined, undefined, undefined, ['two']]);
  assert.equal(readFileSync(path.join(folder, 'two'), 'utf8'), 'third');
  assert.equal(statSync(path.join(folder, 'two')).mode & 0o777, 0o640);
  mkdirSync(path.join(folder, 'not-a-file'));
  const dated = await disk.ask({ kind: 'list_dated', folder });
  assert.deepEqual(dated, [{ name: 'two', at: statSync(path.join(folder, 'two')).mtimeMs }]);
  await disk.ask({ kind: 'remove', file: path.join(folder, 'two') });
  await disk.ask({ kind: 'remove', file: path.join(folder, 'two') });
  assert.deepEqual(readdirSync(folder), ['not-a-file']);
  await assert.rejects(disk.ask({ kind: 'read', file }), { code: 'ENOENT' });
  await assert.rejects(disk.ask({ kind: 'write_first', folder: file, name: 'x', text: '' }), {
    code: 'ENOENT',
  });
});

test('while the disk hangs in many requests, a name is still looked up, and the queue is bounded', async (context) => {
  const folder = temporaryFolder(context);
  const pipe = silentPipe(folder);
  if (pipe === undefined) return context.skip('no mkfifo');
  const disk = new DiskThread();
  // To read a pipe that nobody writes is like reading a file on a disk that hangs.
  const reads = Array.from({ length: 256 }, () =>
    disk.ask({ kind: 'read', file: pipe }).catch(() => 'failed'),
  );
  await assert.rejects(disk.ask({ kind: 'read', file: pipe }), { code: 'ADIT_DISK_BEHIND' });
  // Opening it for writing succeeds once the first request has opened it. That request then waits for bytes.
  let writer: number | undefined;
  await until('the first request hangs', () => {
    try {
      writer = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
      return true;
    } catch {
      return false;
    }
  });
  assert.equal((await lookup('localhost', { family: 4 })).address, '127.0.0.1');
  // The first request goes on when nobody writes to the pipe any more, and the others find a file in its place.
  renameSync(pipe, `${pipe}.old`);
  writeFileSync(pipe, 'healed');
  if (writer !== undefined) closeSync(writer);
  assert.deepEqual(new Set(await Promise.all(reads)), new Set(['', 'healed']));
});
