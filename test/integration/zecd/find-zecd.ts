import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

export interface Zecd {
  readonly file: string;
  /** As it says itself: `zecd 0.9.0-rc2`. */
  readonly version: string;
}

/** The release candidates and the release of which habits were recorded; NU7 came with them. */
const WANTED = /^zecd 0\.9\./;

/** Where a build of ours is kept. */
export function zecdCache(): string {
  return path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'adit', 'zecd-0.9.0-rc2');
}

/**
 * Looks at what was named, or else along the path and into the cache.
 * @param named by an option or the environment
 * @returns undefined where there is none and none was named
 * @throws Error where what was named is not a zecd 0.9
 */
export function findZecd(named: string | undefined): Zecd | undefined {
  if (named !== undefined) {
    const zecd = look(path.resolve(named));
    if (zecd === undefined) throw new Error(`${named} is no program that calls itself zecd 0.9`);
    return zecd;
  }
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), zecdCache()];
  for (const folder of folders) {
    const zecd = folder === '' ? undefined : look(path.join(folder, 'zecd'));
    if (zecd !== undefined) return zecd;
  }
  return undefined;
}

function look(file: string): Zecd | undefined {
  try {
    accessSync(file, constants.X_OK);
  } catch {
    return undefined;
  }
  const version = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 30_000 }).stdout?.trim() ?? '';
  return WANTED.test(version) ? { file, version } : undefined;
}
