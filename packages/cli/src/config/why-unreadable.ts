import { statSync } from 'node:fs';
import { userName } from '@adit/journal';
import { messageOf } from '@adit/primitives';

/** Says in words why a file cannot be read, and what helps: the codes of the system name neither users nor cures. */
export function whyUnreadable(file: string, error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return `found no file ${file}, expected one that can be read`;
    case 'EISDIR':
      return `found ${file}, which is a folder; expected a file`;
    case 'EACCES':
      return `found ${file}, which the user ${ownName()} may not read${ownerOf(file)}`;
    default:
      return `found ${file}, which cannot be read (${messageOf(error)}); expected a file`;
  }
}

function ownName(): string {
  return userName(process.getuid?.() ?? 0);
}

function ownerOf(file: string): string {
  try {
    const { uid, gid, mode } = statSync(file);
    const rights = (mode & 0o777).toString(8).padStart(4, '0');
    return `, since it belongs to user ${userName(uid)} and group ${gid} with mode ${rights}; expected one that it may read: run chown ${ownName()} ${file}`;
  } catch {
    // A folder on the way is closed to this user.
    return '; expected a path without a folder that is closed to this user';
  }
}
