import { spawnSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BUILD_PROFILE, cargo, crateSource } from '../cargo.ts';

/** With this in its environment the zebrad that is built here checks proofs of work on Regtest too. */
export const POW_SWITCH = 'ADIT_REGTEST_POW';
const ZEBRAD = '7.0.0';
const ZEBRA_CHAIN = '15.0.0';
/** What its build runs, beside cargo. */
const PROGRAMS = ['clang', 'protoc', 'cmake'];

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
    variables: { ...BUILD_PROFILE, CARGO_TARGET_DIR: path.join(work, 'target') },
  });
  const program = path.join(folder, 'zebrad');
  copyFileSync(path.join(work, 'target', 'release', 'zebrad'), `${program}.new`);
  // Under its name only when it is whole: the next run takes what it finds there.
  renameSync(`${program}.new`, program);
  rmSync(work, { recursive: true, force: true });
  return program;
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
