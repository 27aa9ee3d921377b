import { statSync } from 'node:fs';
import { userName } from '@adit/journal';
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

function ownName(): string {
  return userName(process.getuid?.() ?? 0);
}

function ownerOf(file: string): string {
  try {
    const { uid, gid, mode } = statSync(file);
    const rights = (mode & 0o777).toString(8).padStart(4, '0');
    return `, which belongs to user ${userName(uid)} and group ${gid} with mode ${rights}: run chown ${ownName()} ${file}`;
  } catch {
    // A folder on the way is closed to this user.
    return ': a folder on the way to it is closed to this user';
  }
}
