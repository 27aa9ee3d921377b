import {
  chmodSync,
  chownSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
} from 'node:fs';
import path from 'node:path';
import { AditError, messageOf } from '@adit/primitives';

/** Who may look into the data folder, besides the user of the pool. */
export interface FileAccess {
  readonly folderMode: number;
  readonly fileMode: number;
  /** The group that may read; undefined: nobody else. */
  readonly groupId: number | undefined;
}

/** The user alone. */
export const OWNER_ONLY: FileAccess = { folderMode: 0o700, fileMode: 0o600, groupId: undefined };

/** The user, and members of a group for reading. What is made in such a folder belongs to the group by itself. */
export function readableBy(groupId: number): FileAccess {
  return { folderMode: 0o2750, fileMode: 0o640, groupId };
}

/**
 * The number of a group by its name, or by its number in digits.
 * @throws AditError `ADIT_UNKNOWN_GROUP`
 */
export function groupIdOf(name: string, groupFile = '/etc/group'): number {
  if (/^\d{1,9}$/.test(name)) return Number(name);
  for (const line of readFileSync(groupFile, 'utf8').split('\n')) {
    const [group, , id = ''] = line.split(':');
    if (group === name && /^\d{1,10}$/.test(id)) return Number(id);
  }
  throw new AditError(
    'ADIT_UNKNOWN_GROUP',
    `group: there is no group "${name}" in ${groupFile}; make it (groupadd ${name}), or give its number`,
  );
}

/** Makes a folder where there is none, and takes away what others may do with it. */
export function makePrivateFolder(folder: string, access: FileAccess): void {
  mkdirSync(folder, { recursive: true, mode: access.folderMode });
  tighten(folder, access);
}

/** Makes an empty file where there is none. SQLite gives the files beside a database the mode of the database. */
export function makePrivateFile(file: string, access: FileAccess): void {
  closeSync(openSync(file, 'a', access.fileMode));
  tighten(file, access);
}

/** Databases of the data folder itself; the other folders belong to the pool as a whole. */
const DATABASE = /\.db(-wal|-shm|-journal)?$/;
const FOLDERS = ['journal', 'blocks', path.join('blocks', 'done'), path.join('blocks', 'owners')];

/**
 * Makes the data folder and those in it, and tightens what lies there already.
 * @returns one sentence for each file that stays readable by others
 * @throws AditError `ADIT_DATA_FOLDER` where a folder cannot be made, or cannot be given to the group
 */
export function makeDataFolder(dataFolder: string, access: FileAccess): string[] {
  const problems: string[] = [];
  const attempt = (file: string) => {
    try {
      tighten(file, access);
    } catch (error) {
      // Where a group was asked for, whoever asked must hear that it cannot read.
      if (access.groupId !== undefined) {
        const reason = `${file} cannot be given to the group ${access.groupId}: ${messageOf(error)}; the user of the pool must own it and be a member`;
        throw new AditError('ADIT_DATA_FOLDER', reason, { cause: error });
      }
      problems.push(`others may read ${file}: ${messageOf(error)}`);
    }
  };
  for (const folder of [dataFolder, ...FOLDERS.map((name) => path.join(dataFolder, name))]) {
    mkdirSync(folder, { recursive: true, mode: access.folderMode });
    attempt(folder);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const isOurs = folder !== dataFolder || DATABASE.test(entry.name);
      if (entry.isFile() && isOurs) attempt(path.join(folder, entry.name));
    }
  }
  return problems;
}

function tighten(file: string, { folderMode, fileMode, groupId }: FileAccess): void {
  const found = lstatSync(file, { throwIfNoEntry: false });
  // A log that its process has just deleted; a link is somebody's own affair.
  if (found === undefined || found.isSymbolicLink()) return;
  const mode = found.isDirectory() ? folderMode : fileMode;
  // Before the mode: to change the group takes the folder's own mark away.
  if (groupId !== undefined && found.gid !== groupId) chownSync(file, found.uid, groupId);
  else if ((found.mode & 0o7777) === mode) return;
  chmodSync(file, mode);
}
