import { freeBytesOf } from '@adit/pool';
import { AditError } from '@adit/primitives';

/** Room for what grows during the copy, for folders and for the manifest. */
const SPARE_BYTES = 16 * 1024 * 1024;

/**
 * Refuses to begin a copy that would fill the disk.
 * @param bytes size of all that will be copied
 * @throws AditError `ADIT_BACKUP_PLACE`
 */
export async function checkSpace(folder: string, bytes: number): Promise<void> {
  const free = await freeBytesOf(folder);
  const wanted = bytes + Math.ceil(bytes / 20) + SPARE_BYTES;
  if (free >= wanted) return;
  const words = `the disk of ${folder} has ${megabytes(free)} MB free, and ${megabytes(wanted)} MB are needed: make room, or use another disk`;
  throw new AditError('ADIT_BACKUP_PLACE', words);
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}
