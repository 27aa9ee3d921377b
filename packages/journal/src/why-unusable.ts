import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '@adit/primitives';
import { userName } from './user-name.ts';

/** What `whyUnusable` asks the system, for tests. */
export interface FileSystemFacts {
  /** The user of this process; undefined on systems without users. */
  readonly uid: number | undefined;
  /** The owner of a file; undefined where it does not exist or nobody may look. */
  readonly ownerOf: (file: string) => number | undefined;
  /** Bytes that are free for this user. */
  readonly freeBytes: (folder: string) => number;
  readonly isReadOnly: (file: string) => boolean;
}

/** With less than this, SQLite cannot make the files that it needs to open a database. */
const FULL_BYTES = 64 * 1024;
/** Codes after which the disk may be full: SQLite says "disk I/O error" where it cannot make its index. */
const FULL = ['ENOSPC', 'SQLITE_FULL', 'EDQUOT'];
const MAYBE_FULL = /^SQLITE_(?:IOERR|CANTOPEN)/;
/** Codes after which the rights may be wrong, or the disk read-only. */
const RIGHTS = /^(?:EACCES|EPERM|EROFS|SQLITE_(?:READONLY|CANTOPEN|IOERR|PERM))/;

/**
 * Says in words why a file of the data folder cannot be used, and what helps. The words of the system and of SQLite name
 * neither the disk that is full, nor the user that owns the file.
 *
 * @param file the file, or the folder in which it should be made
 * @param error of Node or SQLite
 * @returns undefined where nothing more is known than the error itself says
 */
export function whyUnusable(
  file: string,
  error: unknown,
  facts: FileSystemFacts = thisSystem(),
): string | undefined {
  const { code: found, path: named } = (error ?? {}) as { readonly code?: unknown; readonly path?: unknown };
  const code = String(found);
  // An error of the file system names the file itself.
  const place = typeof named === 'string' && path.isAbsolute(named) ? named : file;
  const folder = folderOf(place);
  if (FULL.includes(code)) return `the disk of ${folder} is full: make room`;
  if (!RIGHTS.test(code) && !MAYBE_FULL.test(code)) return undefined;
  if (facts.isReadOnly(folder)) return `the disk of ${folder} is read-only: mount it for writing`;
  if (MAYBE_FULL.test(code) && facts.freeBytes(folder) < FULL_BYTES)
    return `the disk of ${folder} is full: make room`;
  return strangeOwner(place, folder, facts);
}

/** What `whyUnusable` says, or the words of the error itself. */
export function reasonFor(file: string, error: unknown): string {
  return whyUnusable(file, error) ?? messageOf(error);
}

function strangeOwner(file: string, folder: string, { uid, ownerOf }: FileSystemFacts): string | undefined {
  // Root may use the files of every user.
  if (uid === undefined || uid === 0) return undefined;
  for (const one of [file, `${file}-wal`, `${file}-shm`, folder]) {
    const owner = ownerOf(one);
    if (owner === undefined || owner === uid) continue;
    const name = userName(owner);
    return `${one} is owned by user ${name}, and this is user ${userName(uid)}: chown -R ${userName(uid)} ${folder}, or run as ${name}`;
  }
  return undefined;
}

function folderOf(file: string): string {
  let folder = file;
  while (!existsSync(folder) || !statSync(folder).isDirectory()) {
    const above = path.dirname(folder);
    if (above === folder) break;
    folder = above;
  }
  return folder;
}

function thisSystem(): FileSystemFacts {
  return {
    uid: process.getuid?.(),
    ownerOf: (file) => quietly(() => statSync(file).uid),
    freeBytes: (folder) => {
      const found = quietly(() => statfsSync(folder));
      return found === undefined ? Number.POSITIVE_INFINITY : found.bavail * found.bsize;
    },
    isReadOnly: (folder) => {
      try {
        accessSync(folder, constants.W_OK);
        return false;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'EROFS';
      }
    },
  };
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
