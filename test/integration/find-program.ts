import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** A program of other people that a suite runs. */
export interface Program {
  readonly file: string;
  /** As it says itself, such as `zebrad 7.0.0`. */
  readonly version: string;
}

export interface WantedProgram {
  readonly name: string;
  /** The first numbers of its version: habits were recorded of these. */
  readonly release: string;
  /** Where a build of ours is kept. */
  readonly cache: string;
}

/** Where a build of ours is kept. @param name of the program with its version */
export function cacheFolder(name: string): string {
  return path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'adit', name);
}

/**
 * Looks at what was named, or else along the path and into the cache.
 * @param named by an option or the environment
 * @returns undefined where there is none and none was named
 * @throws Error where what was named is not the wanted program
 */
export function findProgram(named: string | undefined, wanted: WantedProgram): Program | undefined {
  if (named !== undefined) {
    const program = look(path.resolve(named), wanted);
    if (program !== undefined) return program;
    throw new Error(`${named} is no program that calls itself ${wanted.name} ${wanted.release}`);
  }
  for (const folder of [...(process.env['PATH'] ?? '').split(path.delimiter), wanted.cache]) {
    const program = folder === '' ? undefined : look(path.join(folder, wanted.name), wanted);
    if (program !== undefined) return program;
  }
  return undefined;
}

function look(file: string, { name, release }: WantedProgram): Program | undefined {
  try {
    accessSync(file, constants.X_OK);
  } catch {
    return undefined;
  }
  const version = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 30_000 }).stdout?.trim() ?? '';
  return version.startsWith(`${name} ${release}.`) ? { file, version } : undefined;
}
