import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Fault } from '../config/faults.ts';
import type { Config } from '../config/schema.ts';

/** Files that a pool has open besides the connections of miners: journals, nodes, what SQLite and Node need. */
const OTHER_FILES = 1_000;

/** What `surroundings` looks at, for tests. */
export interface Surroundings {
  /** The user that this process runs as; undefined on systems without users. */
  readonly uid: number | undefined;
  /** How many files this process may open; undefined if the system does not say. */
  readonly openFiles: number | undefined;
  /** Owner of a path that exists. */
  readonly ownerOf: (path: string) => number | undefined;
}

/**
 * What an operator should know about the process that would run the pool: it is root, it would use a folder of another
 * user, or it may open fewer files than the configuration lets miners connect.
 */
export function surroundingNotes(config: Config, here: Surroundings = thisProcess()): Fault[] {
  return [...userNotes(config.data, here), ...fileNotes(config.limits.max_connections, here)];
}

function userNotes(data: string, { uid, ownerOf }: Surroundings): Fault[] {
  if (uid === undefined) return [];
  const owner = ownerOf(data);
  if (owner !== undefined && owner !== uid) {
    const message = `${data} belongs to user ${owner}, and this check ran as user ${uid}: run it as the user of the pool, as in sudo -u '#${owner}' adit pool --check`;
    return [{ key: 'data', message }];
  }
  if (uid !== 0) return [];
  const message =
    'this is root, which may read every file, so the check says nothing about the rights of another user; a pool needs no root, and should have a user of its own';
  return [{ key: 'data', message }];
}

function fileNotes(connections: number, { openFiles }: Surroundings): Fault[] {
  const wanted = connections + OTHER_FILES;
  if (openFiles === undefined || openFiles >= wanted) return [];
  const message = `found ${connections}, and this process may open ${openFiles} files only; expected ${wanted}: set ulimit -n ${wanted}, or LimitNOFILE= in the unit`;
  return [{ key: 'limits.max_connections', message }];
}

function thisProcess(): Surroundings {
  return { uid: process.getuid?.(), openFiles: openFilesOf('/proc/self/limits'), ownerOf };
}

/** The soft limit of open files, as Linux tells it; undefined elsewhere, or without a limit. */
export function openFilesOf(limits: string): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync(limits, 'utf8')) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/** The owner of a folder, or of the nearest folder above that exists. */
function ownerOf(folder: string): number | undefined {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat !== undefined) return stat.uid;
  return path.dirname(folder) === folder ? undefined : ownerOf(path.dirname(folder));
}
