import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { AditError, messageOf } from '@adit/primitives';
import { copyDatabase, faultOfDatabase } from './copy-database.ts';
import { endRecordOf } from './end-record.ts';
import { type JournalFacts, journalFacts } from './journal-facts.ts';
import { journalFolder } from './new-journal.ts';

const ENDING = '.db.gz';
/** What is not whole yet. The next run makes it again. */
const DRAFT = '.part';
/** A folder that is made for archives is for their owner alone, as they have the names of accounts. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** A journal in an archive. */
export interface ArchivedJournal extends JournalFacts {
  /** Absolute path of the archive. */
  readonly archive: string;
  /** Of the database, unpacked. */
  readonly sha256: string;
  readonly bytes: number;
  readonly packedBytes: number;
}

/** Path of the archive of an instance. */
export function archiveOf(folder: string, instance: string): string {
  return path.join(folder, instance + ENDING);
}

/** The archives of a folder, in the order of their names; none where there is no such folder. */
export async function archivesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => name.endsWith(ENDING))
    .sort()
    .map((name) => path.join(folder, name));
}

/**
 * Packs a journal that nobody writes to any more into a folder. The archive has its name when it is whole, on disk, and has been read
 * again: unpacked it is a database without faults, with the rows that the journal has. The journal itself stays.
 * @throws AditError `ADIT_ARCHIVE_FAILED`, and those of `journalFacts`
 */
export async function archiveJournal(file: string, folder: string): Promise<ArchivedJournal> {
  const wanted = journalFacts(file);
  const archive = archiveOf(folder, wanted.instance);
  const copy = `${path.join(folder, wanted.instance)}.db${DRAFT}`;
  const packed = archive + DRAFT;
  try {
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    for (const left of [copy, packed]) await rm(left, { force: true });
    // One file with all that the log holds: a process that was killed leaves rows there.
    await copyDatabase(file, copy);
    const copied = journalFacts(copy);
    const fault = faultOfDatabase(copy);
    if (fault !== undefined || !isSame(copied, wanted))
      throw new Error(`the copy of ${file} is damaged: ${fault ?? 'it has other rows'}`);
    await pipeline(
      createReadStream(copy),
      createGzip(),
      createWriteStream(packed, { flags: 'wx', mode: FILE_MODE }),
    );
    await syncPath(packed);
    const sha256 = await digestOf(copy);
    if ((await digestOf(packed, createGunzip())) !== sha256)
      throw new Error(`${packed} does not unpack to what was packed`);
    const { size: bytes } = await stat(copy);
    await rename(packed, archive);
    await syncPath(folder);
    await rm(copy);
    return { ...wanted, archive, sha256, bytes, packedBytes: (await stat(archive)).size };
  } catch (error) {
    if (error instanceof AditError) throw error;
    throw new AditError('ADIT_ARCHIVE_FAILED', `${file} was not archived, and stays: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * Unpacks an archive, so that readers can read it: they take the folder as a further data folder.
 * @returns path of the journal
 * @throws AditError `ADIT_ARCHIVE_FAILED` if it is damaged; errors of the file system
 */
export async function unpackArchive(archive: string, dataFolder: string): Promise<string> {
  const folder = journalFolder(dataFolder);
  const file = path.join(folder, path.basename(archive, '.gz'));
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  try {
    await pipeline(
      createReadStream(archive),
      createGunzip(),
      createWriteStream(file, { flags: 'wx', mode: FILE_MODE }),
    );
    journalFacts(file);
    return file;
  } catch (error) {
    await rm(file, { force: true });
    throw new AditError('ADIT_ARCHIVE_FAILED', `the archive ${archive} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Removes a journal that is in an archive, with the files beside it. The database goes first: without it nobody reads the others. */
export async function removeArchivedJournal(file: string): Promise<void> {
  for (const name of [file, `${file}-wal`, `${file}-shm`, endRecordOf(file)]) await rm(name, { force: true });
  await syncPath(path.dirname(file));
}

function isSame(a: JournalFacts, b: JournalFacts): boolean {
  return (
    a.instance === b.instance && a.lastSequence === b.lastSequence && a.lastLighterId === b.lastLighterId
  );
}

/** SHA-256 of a file in hex. @param through what makes the content of it */
async function digestOf(file: string, through?: NodeJS.ReadWriteStream): Promise<string> {
  const hash = createHash('sha256');
  if (through === undefined) await pipeline(createReadStream(file), hash);
  else await pipeline(createReadStream(file), through, hash);
  return hash.digest('hex');
}

async function syncPath(place: string): Promise<void> {
  const handle = await open(place, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
