import { statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { messageOf } from '@adit/primitives';

/** Says in words why a file cannot be read, and what helps: the codes of the system name neither users nor cures. */
export function whyUnreadable(file: string, error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return `there is no file ${file}`;
    case 'EISDIR':
      return `${file} is a folder; expected a file`;
    case 'EACCES':
      return `the user ${ownName()} may not read ${file}${ownerOf(file)}`;
    default:
      return `${file} cannot be read: ${messageOf(error)}`;
  }
}

/** The name of the user that this process runs as; its number if the system has no name for it. */
function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'of this process');
  }
}

function ownerOf(file: string): string {
  try {
    const { uid, gid, mode } = statSync(file);
    const rights = (mode & 0o777).toString(8).padStart(4, '0');
    return `, which belongs to user ${uid} and group ${gid} with mode ${rights}: run chown ${ownName()} ${file}`;
  } catch {
    // A folder on the way is closed to this user.
    return ': a folder on the way to it is closed to this user';
  }
}
