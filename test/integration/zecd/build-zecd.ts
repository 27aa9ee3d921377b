import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { BUILD_PROFILE, cargo, crateSource } from '../cargo.ts';

const ZECD = '0.9.0-rc2';

/** What is missing for a build; empty where it can begin. */
export function missingForZecd(): string[] {
  return ['cargo', 'cc'].filter(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore', timeout: 30_000 }).status !== 0,
  );
}

/** Builds zecd from its published crate, unchanged. Some ten minutes on two cores. @returns the program */
export async function buildZecd(folder: string, say: (text: string) => void): Promise<string> {
  const work = path.join(folder, 'work');
  const source = path.join(work, 'zecd');
  mkdirSync(work, { recursive: true });
  await crateSource('zecd', ZECD, { work, target: source });
  await cargo(['build', '--release', '--bin', 'zecd'], source, {
    say,
    variables: { ...BUILD_PROFILE, CARGO_TARGET_DIR: path.join(work, 'target') },
  });
  const program = path.join(folder, 'zecd');
  copyFileSync(path.join(work, 'target', 'release', 'zecd'), `${program}.new`);
  // Under its name only when it is whole: the next run takes what it finds there.
  renameSync(`${program}.new`, program);
  rmSync(work, { recursive: true, force: true });
  return program;
}
