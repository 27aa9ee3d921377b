import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));

export interface PoolProcess {
  readonly port: number;
  readonly child: ChildProcess;
  /** The log so far, one JSON object a line. */
  log(): string;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Runs the command line and collects what it prints. */
export function adit(args: readonly string[], cwd: string): ChildProcess {
  return spawn(process.execPath, ['--conditions=adit-source', main, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** How a command ended, and what it printed. */
export interface AditRun {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Status and output of a command that ends by itself, as a process of its own: `aditHere` needs none. */
export async function runAdit(args: readonly string[], cwd: string): Promise<AditRun> {
  const child = adit(args, cwd);
  const text = { out: '', err: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    text.out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    text.err += chunk.toString();
  });
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, ...text };
}

/** `adit pool` as a process of its own, on a free port. Resolves when it listens. */
export async function startPoolProcess(folder: string, chainToml: string): Promise<PoolProcess> {
  // Test processes run side by side: none may want the usual admin port.
  const admin = chainToml.includes('[admin]') ? '' : '[admin]\nlisten = "127.0.0.1:0"\n';
  writeFileSync(
    path.join(folder, 'adit.toml'),
    `data = "./data"\n[log]\nformat = "json"\nlevel = "debug"\n${admin}${chainToml}`,
  );
  const child = adit(['pool'], folder);
  let log = '';
  const listening = Promise.withResolvers<number>();
  child.stdout?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
    const line = log.split('\n').find((text) => text.includes('"event":"listening"') && text.endsWith('}'));
    if (line !== undefined) listening.resolve(Number((JSON.parse(line) as { number: number }).number));
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  child.on('exit', (code) => listening.reject(new Error(`adit pool ended with status ${code}: ${log}`)));
  return {
    port: await listening.promise,
    child,
    log: () => log,
    async kill(signal) {
      child.kill(signal);
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
