import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { silentPipe } from '@adit/test-kit/silent-pipe';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { assertThreadsHang, startedPool } from './support/started-pool.ts';

/** Loaded before the pool: at SIGUSR2 a thread begins a call of the system that never returns. */
const hangs = (pipe: string) => `
import { isMainThread, Worker } from 'node:worker_threads';
const code = "const { parentPort } = require('node:worker_threads'); parentPort.postMessage('hangs'); require('node:fs').openSync('${pipe}', 'r')";
if (isMainThread) process.on('SIGUSR2', () => {
  new Worker(code, { eval: true, execArgv: [] }).on('message', (text) => console.error(text));
});
`;

test('a pool with a thread that hangs ends by itself, with a last line that says so', async (context) => {
  const folder = temporaryFolder(context);
  const pipe = silentPipe(folder);
  if (pipe === undefined) return context.skip('no mkfifo');
  const { child, log, lines } = await startedPool(context, folder, { preload: hangs(pipe) });
  await until('the pool listens', () => log().includes('"event":"listening"'));
  child.kill('SIGUSR2');
  await until('a thread hangs', () => log().includes('hangs\n'));
  const ended = once(child, 'close');
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [null, 'SIGKILL'], log());
  assertThreadsHang(lines());
  assert.doesNotMatch(log(), /"event":"ended"/, 'it did not end in good order');
});
