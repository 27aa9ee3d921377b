import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { FailingDisk } from '@adit/test-kit/failing-disk';
import { silentPipe } from '@adit/test-kit/silent-pipe';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { assertThreadsHang, startedPool } from './support/started-pool.ts';

test('a pool whose disk hangs while it starts ends at the first signal', async (context) => {
  const folder = temporaryFolder(context);
  const disk = FailingDisk.make(folder);
  if (disk === undefined) return context.skip('no C compiler that makes a library for Linux');
  disk.hang();
  const { child, log, lines } = await startedPool(context, folder, { environment: disk.environment });
  await until('the start hangs', () => disk.hasHung);
  const ended = once(child, 'close');
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [null, 'SIGKILL'], log());
  assertThreadsHang(lines());
  assert.match(log(), /"event":"ending"/);
});

/** Loaded before the pool: with its first thread begins another one, in a call of the system that never returns. */
const hangs = (pipe: string) => `
import { isMainThread, Worker } from 'node:worker_threads';
const code = "require('node:fs').openSync('${pipe}', 'r')";
if (isMainThread) process.once('worker', () => setImmediate(() => new Worker(code, { eval: true, execArgv: [] })));
`;

test('a start that fails while a thread hangs ends by itself', async (context) => {
  const folder = temporaryFolder(context);
  const pipe = silentPipe(folder);
  if (pipe === undefined) return context.skip('no mkfifo');
  mkdirSync(path.join(folder, 'data'));
  writeFileSync(path.join(folder, 'data', 'leases.db'), 'this is not a database'.repeat(1_000));
  const { child, log, lines } = await startedPool(context, folder, { preload: hangs(pipe) });
  assert.deepEqual(await once(child, 'close'), [null, 'SIGKILL'], log());
  assertThreadsHang(lines());
  assert.match(log(), /^adit: .*leases/m);
});
