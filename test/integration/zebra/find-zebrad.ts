import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { POW_SWITCH } from './build-zebrad.ts';

export interface Zebrad {
  readonly file: string;
  /** As it says itself: `zebrad 7.0.0`. */
  readonly version: string;
  /** The environment variable with which it checks proofs of work on Regtest too; one as published has none. */
  readonly powSwitch: string | undefined;
}

/** Zebra's templates and rules of NU7, as they were recorded. */
const WANTED = /^zebrad 7\./;
/** Ours, and that of another build script that makes the same change. */
const SWITCHES = [POW_SWITCH, 'XEBRA_REGTEST_POW'];

/** Where a build of ours is kept. */
export function cacheFolder(): string {
  return path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'adit', 'zebrad-7.0.0');
}

/**
 * Looks at what was named, or else along the path and into the cache.
 * @param named by an option or the environment
 * @returns undefined where there is none and none was named
 * @throws Error where what was named is no zebrad 7
 */
export function findZebrad(named: string | undefined): Zebrad | undefined {
  if (named !== undefined) {
    const zebrad = look(path.resolve(named));
    if (zebrad === undefined) throw new Error(`${named} is no program that calls itself zebrad 7`);
    return zebrad;
  }
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), cacheFolder()];
  for (const folder of folders) {
    const zebrad = folder === '' ? undefined : look(path.join(folder, 'zebrad'));
    if (zebrad !== undefined) return zebrad;
  }
  return undefined;
}

function look(file: string): Zebrad | undefined {
  try {
    accessSync(file, constants.X_OK);
  } catch {
    return undefined;
  }
  const version = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 30_000 }).stdout?.trim() ?? '';
  if (!WANTED.test(version)) return undefined;
  const program = readFileSync(file);
  return { file, version, powSwitch: SWITCHES.find((name) => program.includes(name)) };
}
