import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { diskFault, freeBytesOf } from '@adit/pool';
import { AditError, messageOf } from '@adit/primitives';
import { type Fault, faultLines } from '../config/faults.ts';
import type { Config } from '../config/schema.ts';

/** What the codes of the system mean for somebody who chose the folder. Other codes are shown with their message. */
const WHY: Readonly<Record<string, string>> = {
  EROFS: 'read-only file system: mount it for writing, or name a folder on another disk',
  EACCES: 'this user may not write there: give it the right, or name another folder',
  EPERM: 'this user may not write there: give it the right, or name another folder',
  ENOENT: 'the system makes no files there: name a folder on a disk',
  ENOSPC: 'the disk is full: make room',
  EDQUOT: 'the quota of this user is used up: make room',
};

/**
 * Tries the data folder: makes a file in it, or in the nearest folder above that exists, and removes it. The name
 * begins with a dot, so that no part of the pool takes the file for its own in that moment.
 */
export function dataFolderFaults({ data }: Pick<Config, 'data'>): Fault[] {
  const folder = nearest(data);
  const file = path.join(folder, `.adit-check.${process.pid}`);
  try {
    closeSync(openSync(file, 'wx', 0o600));
    rmSync(file);
    return [];
  } catch (error) {
    const why = whyNot(error as NodeJS.ErrnoException);
    const where = folder === data ? data : `${data}, and no file can be made in ${folder}`;
    return [{ key: 'data', message: `found ${where} (${why})` }];
  }
}

/** The words for an error of the file system, with its code. */
export function whyNot(error: NodeJS.ErrnoException): string {
  const why = WHY[error.code ?? ''];
  return why === undefined ? messageOf(error) : `${error.code}: ${why}`;
}

/**
 * Refuses a start whose data folder cannot be made or used.
 * @throws AditError `ADIT_DATA_FOLDER`
 */
export function requireDataFolder(file: string, config: Config): void {
  const faults = dataFolderFaults(config);
  if (faults.length > 0) throw new AditError('ADIT_DATA_FOLDER', faultLines(file, faults));
}

/** Warns of a disk that is nearly full. */
export async function diskNotes(
  { data }: Pick<Config, 'data'>,
  freeBytes: (folder: string) => Promise<number> = freeBytesOf,
): Promise<Fault[]> {
  const message = diskFault(await freeBytes(nearest(data)).catch(() => undefined));
  return message === undefined ? [] : [{ key: 'data', message }];
}

/** The folder, or the nearest one above that exists. */
function nearest(folder: string): string {
  const above = path.dirname(folder);
  return above === folder || isThere(folder) ? folder : nearest(above);
}

/** A folder into which this user may not look counts as missing. */
function isThere(folder: string): boolean {
  try {
    return statSync(folder, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
