import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { zcashChain } from '@adit/chain';
import { startZcashDevnet } from '@adit/devnet';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface StartedPoolOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Text of a module that the process loads before the pool. */
  readonly preload?: string;
  readonly level?: 'info' | 'debug';
}

/** A pool in a process of its own. */
export interface StartedPool {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** What it has written so far, to both streams: which of them is read first is left to chance. */
  log(): string;
  /** The log alone. */
  lines(): readonly string[];
}

/** Starts a pool in a folder, with a devnet as its node and without an admin address. */
export async function startedPool(
  context: TestContext,
  folder: string,
  { environment = {}, preload, level = 'info' }: StartedPoolOptions = {},
): Promise<StartedPool> {
  const devnet = await startZcashDevnet({
    chain: zcashChain('zcash-devnet-48_5'),
    initialTarget: 1n << 248n,
  });
  context.after(() => devnet.close());
  writeFileSync(
    path.join(folder, 'adit.toml'),
    poolToml([zcashToml(devnet.url)], {
      top: { data: './data', control: './control.sock' },
      log: { format: 'json', level },
      admin: { enabled: false },
    }),
  );
  const loaded = path.join(folder, 'preload.mjs');
  if (preload !== undefined) writeFileSync(loaded, preload);
  const imports = preload === undefined ? [] : ['--import', loaded];
  const child = spawn(process.execPath, ['--conditions=adit-source', ...imports, main, 'pool'], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  context.after(() => child.kill('SIGKILL'));
  const text = { out: '', both: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    text.out += chunk.toString();
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      text.both += chunk.toString();
    });
  return { child, log: () => text.both, lines: () => text.out.trim().split('\n') };
}

/** The last line of the log says that a thread hangs, so that the process kills itself. */
export function assertThreadsHang(lines: readonly string[]): void {
  const last = JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>;
  assert.deepEqual([last['event'], last['cause']], ['service_problem', 'threads_hang'], lines.join('\n'));
}
