import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** With this in its environment the zebrad that is built here checks proofs of work on Regtest too. */
export const POW_SWITCH = 'ADIT_REGTEST_POW';
const ZEBRAD = '7.0.0';
const ZEBRA_CHAIN = '15.0.0';
/** What its build runs, beside cargo. */
const PROGRAMS = ['clang', 'protoc', 'cmake'];
const PROGRESS_MS = 30_000;
/** Built for a test, not for speed: a third of the time of a release. */
const PROFILE = {
  CARGO_PROFILE_RELEASE_LTO: 'off',
  CARGO_PROFILE_RELEASE_DEBUG: '0',
  CARGO_PROFILE_RELEASE_OPT_LEVEL: '1',
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16',
  CARGO_PROFILE_RELEASE_PANIC: 'unwind',
};

/** What is missing for a build; empty where it can begin. */
export function missingForBuild(): string[] {
  const missing = ['cargo', ...PROGRAMS].filter(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore', timeout: 30_000 }).status !== 0,
  );
  const libraries = ['/usr/lib/libclang*', '/usr/lib/*/libclang*', '/usr/lib*/llvm*/lib/libclang*'];
  const found =
    process.env['LIBCLANG_PATH'] !== undefined || libraries.some((pattern) => globSync(pattern).length > 0);
  // Elsewhere it comes with the compiler.
  return process.platform === 'linux' && !found ? [...missing, 'libclang'] : missing;
}

/**
 * Builds zebrad from its published crate, with one change: whether Regtest goes without proofs of work is up to the
 * environment. Some 15 minutes on two cores, and 5 GB in between.
 * @returns the program
 * @throws Error of cargo, and where the source is not what it was
 */
export async function buildZebrad(folder: string, say: (text: string) => void): Promise<string> {
  const work = path.join(folder, 'work');
  const [zebrad, chain] = [path.join(work, 'zebrad'), path.join(work, 'zebra-chain')];
  mkdirSync(work, { recursive: true });
  await crateSource('zebrad', ZEBRAD, { work, target: zebrad });
  await crateSource('zebra-chain', ZEBRA_CHAIN, { work, target: chain });
  letEnvironmentDecide(path.join(chain, 'src', 'parameters', 'network', 'testnet.rs'));
  patchChain(path.join(zebrad, 'Cargo.toml'));
  await cargo(['build', '--release', '--no-default-features'], zebrad, {
    say,
    variables: { ...PROFILE, CARGO_TARGET_DIR: path.join(work, 'target') },
  });
  const program = path.join(folder, 'zebrad');
  copyFileSync(path.join(work, 'target', 'release', 'zebrad'), `${program}.new`);
  // Under its name only when it is whole: the next run takes what it finds there.
  renameSync(`${program}.new`, program);
  rmSync(work, { recursive: true, force: true });
  return program;
}

/** A copy of a crate's source, by way of a package that wants it and nothing else. */
async function crateSource(
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

function letEnvironmentDecide(file: string): void {
  const text = readFileSync(file, 'utf8');
  if (text.includes(POW_SWITCH)) return;
  const changed = text.replaceAll(
    'with_disable_pow(true)',
    `with_disable_pow(std::env::var_os("${POW_SWITCH}").is_none())`,
  );
  if (changed === text) throw new Error(`${file} does not switch proofs of work off where it did`);
  writeFileSync(file, changed);
}

function patchChain(file: string): void {
  const text = readFileSync(file, 'utf8');
  if (text.includes('[patch.crates-io]')) return;
  writeFileSync(file, `${text}\n[patch.crates-io]\nzebra-chain = { path = "../zebra-chain" }\n`);
}

interface CargoExtras {
  readonly say?: (text: string) => void;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Runs cargo; says now and then how far it is. */
async function cargo(args: readonly string[], cwd: string, extras: CargoExtras = {}): Promise<void> {
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
