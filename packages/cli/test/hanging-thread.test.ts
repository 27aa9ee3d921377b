import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { zcashChain } from '@adit/chain';
import { startZcashDevnet } from '@adit/devnet';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Loaded before the pool: at SIGUSR2 a thread begins a call of the system that never returns. */
const hangs = (pipe: string) => `
import { isMainThread, Worker } from 'node:worker_threads';
const code = "const { parentPort } = require('node:worker_threads'); parentPort.postMessage('hangs'); require('node:fs').openSync(${pipe}, 'r')";
if (isMainThread) process.on('SIGUSR2', () => {
  new Worker(code, { eval: true, execArgv: [] }).on('message', (text) => console.error(text));
});
`;

test('a pool with a thread that hangs ends by itself, with a last line that says so', async (context) => {
  const folder = temporaryFolder(context);
  const pipe = path.join(folder, 'pipe');
  try {
    execFileSync('mkfifo', [pipe]);
  } catch {
    return context.skip('no mkfifo');
  }
  const devnet = await startZcashDevnet({
    chain: zcashChain('zcash-devnet-48_5'),
    initialTarget: 1n << 248n,
  });
  context.after(() => devnet.close());
  const preload = path.join(folder, 'hangs.mjs');
  writeFileSync(preload, hangs(`'${pipe}'`));
  writeFileSync(
    path.join(folder, 'adit.toml'),
    poolToml([zcashToml(devnet.url)], {
      top: { data: './data', control: './control.sock' },
      log: { format: 'json', level: 'info' },
      admin: { enabled: false },
    }),
  );
  const args = ['--conditions=adit-source', '--import', preload, main, 'pool'];
  const child = spawn(process.execPath, args, { cwd: folder });
  context.after(() => child.kill('SIGKILL'));
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
  await until('the pool listens', () => log.includes('"event":"listening"'));
  child.kill('SIGUSR2');
  await until('a thread hangs', () => log.includes('hangs\n'));
  const ended = once(child, 'close');
  child.kill('SIGTERM');
  const [status, signal] = await ended;
  assert.deepEqual([status, signal], [null, 'SIGKILL'], log);
  const last = JSON.parse(log.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
  assert.deepEqual([last['event'], last['cause']], ['service_problem', 'threads_hang']);
  assert.doesNotMatch(log, /"event":"ended"/, 'it did not end in good order');
});
