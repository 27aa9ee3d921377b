import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { chmod, copyFile as copyByName, lstat, mkdir, open, readdir, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Only the owner may use folders and files of a backup: they hold accounts, addresses, and the key of the leases. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** Files that are worked on at a time. Node has four threads for files; the rest wait in its queue. */
const AT_ONCE = 16;

export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  await chmod(folder, FOLDER_MODE);
}

/**
 * Copies one file, with the time of its last change, which some rooms go by. The copy is not safe from a power cut until
 * `syncFiles`: a sync after each of thousands of small files makes the disk write its log for each of them.
 * @returns false where the file is gone by now
 * @throws errors of the file system; a file that exists is not overwritten
 */
export async function copyFile(from: string, to: string): Promise<boolean> {
  const found = await lstat(from).catch(unlessMissing);
  if (found === undefined) return false;
  await copyByName(from, to, constants.COPYFILE_EXCL);
  await chmod(to, FILE_MODE);
  await utimes(to, found.atime, found.mtime);
  return true;
}

/** Makes the content of a file, or the names in a folder, survive a power cut. */
export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Works on files that do not depend on each other, `AT_ONCE` at a time. Syncs that wait together share one write of the
 * log of the file system.
 */
export async function eachAtOnce<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const lane = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

/** Makes the contents of all files below a folder survive a power cut. @param onFile called after each file */
export async function syncFiles(folder: string, onFile: () => void = () => {}): Promise<void> {
  await eachAtOnce(await filesBelow(folder), async (file) => {
    await syncFile(path.join(folder, file));
    onFile();
  });
}

/** Syncs a folder and all folders in it. */
export async function syncFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await syncFolders(path.join(folder, entry.name));
  await syncFile(folder);
}

/** Paths of all files below a folder, relative to it, with `/`, in order. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}

/** SHA-256 of a file in hex. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Bytes of a file, or of all files below a folder; 0 where there is none. Files that go meanwhile do not count. */
export async function bytesOf(place: string): Promise<number> {
  const found = await stat(place).catch(unlessMissing);
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.size;
  let sum = 0;
  for (const name of await readdir(place)) sum += await bytesOf(path.join(place, name));
  return sum;
}

/** Names in a folder, in order; none where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  return ((await readdir(folder).catch(unlessMissing)) ?? []).sort();
}

export function unlessMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  throw error;
}
