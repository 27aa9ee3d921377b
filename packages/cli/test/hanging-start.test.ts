import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { zcashChain } from '@adit/chain';
import { startZcashDevnet } from '@adit/devnet';
import { FailingDisk } from '@adit/test-kit/failing-disk';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Starts a pool in a folder. */
async function started(
  context: TestContext,
  folder: string,
  environment: Readonly<Record<string, string>>,
  preload: readonly string[] = [],
) {
  const devnet = await startZcashDevnet({
    chain: zcashChain('zcash-devnet-48_5'),
    initialTarget: 1n << 248n,
  });
  context.after(() => devnet.close());
  writeFileSync(
    path.join(folder, 'adit.toml'),
    poolToml([zcashToml(devnet.url)], {
      top: { data: './data', control: './control.sock' },
      log: { format: 'json', level: 'info' },
      admin: { enabled: false },
    }),
  );
  const args = ['--conditions=adit-source', ...preload, main, 'pool'];
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, ...environment } });
  context.after(() => child.kill('SIGKILL'));
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
  return { child, log: () => log };
}

function assertLastLine(log: string): void {
  const last = JSON.parse(log.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
  assert.deepEqual([last['event'], last['cause']], ['service_problem', 'threads_hang'], log);
}

test('a pool whose disk hangs while it starts ends at the first signal', async (context) => {
  const folder = temporaryFolder(context);
  const disk = FailingDisk.make(folder);
  if (disk === undefined) return context.skip('no C compiler that makes a library for Linux');
  disk.hang();
  const { child, log } = await started(context, folder, disk.environment);
  await until('the start hangs', () => disk.hasHung);
  const ended = once(child, 'close');
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [null, 'SIGKILL'], log());
  assertLastLine(log());
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
  const pipe = path.join(folder, 'pipe');
  try {
    execFileSync('mkfifo', [pipe]);
  } catch {
    return context.skip('no mkfifo');
  }
  const preload = path.join(folder, 'hangs.mjs');
  writeFileSync(preload, hangs(pipe));
  mkdirSync(path.join(folder, 'data'));
  writeFileSync(path.join(folder, 'data', 'leases.db'), 'this is not a database'.repeat(1_000));
  const { child, log } = await started(context, folder, {}, ['--import', preload]);
  assert.deepEqual(await once(child, 'close'), [null, 'SIGKILL'], log());
  assertLastLine(log());
  assert.match(log(), /^adit: .*leases/m);
});
