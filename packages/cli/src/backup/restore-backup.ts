import { existsSync, statSync } from 'node:fs';
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { AditError, messageOf } from '@adit/primitives';
import { copyFile, digestOf, makeFolder, syncFile, syncFiles, syncFolders } from './files.ts';
import { DATA, type Manifest, readManifest } from './manifest.ts';
import type { BackupPart } from './part.ts';
import { checkSpace } from './space.ts';

export interface RestoreOptions {
  /** The folder of the backup. */
  readonly from: string;
  /** The data folder: missing or empty. */
  readonly dataFolder: string;
}

export interface RestoreModules {
  readonly parts: readonly BackupPart[];
  /** Wall clock in milliseconds. */
  readonly now: () => number;
}

export interface Restored {
  readonly manifest: Manifest;
  /** What was changed in the restored files. */
  readonly changes: readonly string[];
  /** The number of the user that owns the restored files, and of the one that owned the folder before. */
  readonly uid: number;
  readonly folderUid: number;
}

/** Where files lie until all of them are there. */
const DRAFT = '.restoring';
/** A new file system has it. */
const ALLOWED: ReadonlySet<string> = new Set(['lost+found']);

/**
 * Restores the data folder of a backup. It reads the whole backup first, and writes nothing unless every file is what
 * the manifest says.
 * @throws AditError `ADIT_BAD_BACKUP`, `ADIT_BACKUP_PLACE`, `ADIT_BACKUP_FAILED`
 */
export async function restoreBackup(options: RestoreOptions, modules: RestoreModules): Promise<Restored> {
  const { from, dataFolder } = options;
  const { parts, now } = modules;
  const manifest = readManifest(from);
  checkParts(manifest, parts);
  await checkFolder(dataFolder);
  await checkFiles(from, manifest);
  try {
    await mkdir(dataFolder, { recursive: true, mode: 0o700 });
    const folderUid = statSync(dataFolder).uid;
    const files = manifest.files.filter(({ path: file }) => file.startsWith(`${DATA}/`));
    await checkSpace(
      dataFolder,
      files.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    const draft = path.join(dataFolder, DRAFT);
    try {
      await makeFolder(draft);
      for (const file of files) await restoreFile(from, draft, file);
      const faults = parts.flatMap((part) => part.check(draft));
      if (faults.length > 0) throw bad(`the restored files are damaged: ${faults.join('; ')}`);
      const changes = parts.flatMap((part) => part.restored(draft, now()));
      await syncFiles(draft);
      await syncFolders(draft);
      for (const name of await readdir(draft))
        await rename(path.join(draft, name), path.join(dataFolder, name));
      const { uid } = statSync(draft);
      return { manifest, changes, uid, folderUid };
    } finally {
      await rm(draft, { recursive: true, force: true });
      await syncFile(dataFolder);
    }
  } catch (error) {
    if (error instanceof AditError) throw error;
    const words = `the backup was not restored: ${messageOf(error)}`;
    throw new AditError('ADIT_BACKUP_FAILED', words, { cause: error });
  }
}

async function restoreFile(from: string, draft: string, file: Manifest['files'][number]): Promise<void> {
  const target = path.join(draft, path.relative(DATA, file.path));
  await makeFolder(path.dirname(target));
  const isThere = await copyFile(path.join(from, file.path), target);
  if (!isThere || (await digestOf(target)) !== file.sha256)
    throw bad(`${file.path} changed while it was restored`);
}

/** A part that this program does not know would be missing in the restored folder. */
function checkParts({ parts: found, adit }: Manifest, parts: readonly BackupPart[]): void {
  const unknown = found.filter(({ name }) => !parts.some((part) => part.name === name));
  if (unknown.length === 0) return;
  const names = unknown.map(({ name }) => name).join(', ');
  throw bad(`it has parts that this program does not know (${names}): use Adit ${adit}, which made it`);
}

async function checkFiles(from: string, { files }: Manifest): Promise<void> {
  for (const { path: file, bytes, sha256 } of files) {
    const place = path.join(from, file);
    const found = await lstat(place).catch(() => undefined);
    if (found === undefined) throw bad(`${place} is missing`);
    if (!found.isFile()) throw bad(`${place} is not a file`);
    if (found.size !== bytes) throw bad(`${place} has ${found.size} bytes instead of ${bytes}`);
    if ((await digestOf(place)) !== sha256) throw bad(`${place} was changed: its SHA-256 is another one`);
  }
}

async function checkFolder(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory())
    throw new AditError(
      'ADIT_BACKUP_PLACE',
      `${folder} is a file; expected a folder that is empty or missing`,
    );
  const names = (await readdir(folder)).filter((name) => !ALLOWED.has(name));
  if (names.length === 0) return;
  const why = names.includes(DRAFT)
    ? `an earlier restore was broken off there: empty the folder (rm -r ${path.join(folder, DRAFT)})`
    : `it holds ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', ...' : ''}: name an empty or a new folder, or move these files away first`;
  throw new AditError('ADIT_BACKUP_PLACE', `the data folder ${folder} is not empty: ${why}`);
}

function bad(words: string): AditError {
  return new AditError('ADIT_BAD_BACKUP', `the backup cannot be restored: ${words}`);
}
