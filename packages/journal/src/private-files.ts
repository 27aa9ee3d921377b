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

/** Access to the data folder for others than the user of the pool. */
export interface FileAccess {
  readonly folderMode: number;
  readonly fileMode: number;
  /** The group that may read; undefined for the user alone. */
  readonly groupId: number | undefined;
}

/** Only the user may read and write. */
export const OWNER_ONLY: FileAccess = { folderMode: 0o700, fileMode: 0o600, groupId: undefined };

/**
 * The user may read and write, and members of a group may read. New files in such a folder get the group by themselves.
 */
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

/** Makes a folder if it is missing, and removes the rights of others. */
export function makePrivateFolder(folder: string, access: FileAccess): void {
  mkdirSync(folder, { recursive: true, mode: access.folderMode });
  tighten(folder, access);
}

/** Makes an empty file if it is missing. SQLite gives its files beside a database the mode of the database. */
export function makePrivateFile(file: string, access: FileAccess): void {
  closeSync(openSync(file, 'a', access.fileMode));
  tighten(file, access);
}

/** Files of ours in the data folder itself. In the folders below it, all files are ours. */
const DATABASE = /\.db(-wal|-shm|-journal)?$/;
const FOLDERS = ['journal', 'blocks', path.join('blocks', 'done'), path.join('blocks', 'owners')];

/**
 * Makes the data folder and its folders, and sets the rights of files that exist already.
 * @returns one sentence for each file that others can still read
 * @throws AditError `ADIT_DATA_FOLDER` if a file or folder cannot be given to the group; errors of the file system if a
 *   folder cannot be made
 */
export function makeDataFolder(dataFolder: string, access: FileAccess): string[] {
  const problems: string[] = [];
  const attempt = (file: string) => {
    try {
      tighten(file, access);
    } catch (error) {
      // An operator that asked for a group must learn that the group cannot read.
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
  // Another process may just have deleted its log. Links are left as the operator made them.
  if (found === undefined || found.isSymbolicLink()) return;
  const mode = found.isDirectory() ? folderMode : fileMode;
  // Change the group before the mode: chown clears the setgid bit of the folder.
  if (groupId !== undefined && found.gid !== groupId) chownSync(file, found.uid, groupId);
  else if ((found.mode & 0o7777) === mode) return;
  chmodSync(file, mode);
}
