import { spawn } from 'node:child_process';
import { cpSync, existsSync, globSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const PROGRESS_MS = 30_000;
/** Built for a test, not for speed: a third of the time of a release. */
export const BUILD_PROFILE = {
  CARGO_PROFILE_RELEASE_LTO: 'off',
  CARGO_PROFILE_RELEASE_DEBUG: '0',
  CARGO_PROFILE_RELEASE_OPT_LEVEL: '1',
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16',
  CARGO_PROFILE_RELEASE_PANIC: 'unwind',
};

/** A copy of a crate's source, by way of a package that wants it and nothing else. */
export async function crateSource(
  name: string,
  version: string,
  { work, target }: { readonly work: string; readonly target: string },
): Promise<void> {
  if (existsSync(target)) return;
  const shell = path.join(work, `fetch-${name}`);
  rmSync(shell, { recursive: true, force: true });
  await cargo(['init', '-q', '--name', 'fetch_it', shell], work);
  await cargo(['add', '-q', `${name}@=${version}`], shell);
  await cargo(['fetch', '-q'], shell);
  const home = process.env['CARGO_HOME'] ?? path.join(homedir(), '.cargo');
  const [source] = globSync(path.join(home, 'registry', 'src', '*', `${name}-${version}`));
  if (source === undefined) throw new Error(`cargo fetched ${name} ${version}, but its source was not found`);
  cpSync(source, `${target}.new`, { recursive: true });
  rmSync(path.join(`${target}.new`, 'rust-toolchain.toml'), { force: true });
  renameSync(`${target}.new`, target);
}

interface CargoExtras {
  readonly say?: (text: string) => void;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Runs cargo; says every 30 s how far it is. */
export async function cargo(args: readonly string[], cwd: string, extras: CargoExtras = {}): Promise<void> {
  const { say = () => {}, variables = {} } = extras;
  const child = spawn('cargo', args, {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...variables },
  });
  let compiled = 0;
  let last = '';
  const lines: string[] = [];
  const reader = createInterface({ input: child.stderr });
  reader.on('line', (line) => {
    const name = /^\s*Compiling (\S+)/.exec(line)?.[1];
    if (name !== undefined) [compiled, last] = [compiled + 1, name];
    lines.push(line);
    // The end of what it says is what names a fault.
    if (lines.length > 40) lines.shift();
  });
  const timer = setInterval(() => say(`${compiled} crates so far, now ${last}`), PROGRESS_MS);
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (status !== 0) throw new Error(`cargo ${args[0]} ended with status ${status}:\n${lines.join('\n')}`);
  } finally {
    clearInterval(timer);
  }
}
