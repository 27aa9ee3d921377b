import { readFileSync } from 'node:fs';

/** The name of a user by its number; the number itself where the system has no name for it. */
export function userName(uid: number, passwdFile = '/etc/passwd'): string {
  try {
    for (const line of readFileSync(passwdFile, 'utf8').split('\n')) {
      const [name = '', , id] = line.split(':');
      if (id === String(uid)) return name;
    }
  } catch {
    // A container may have no such file.
  }
  return String(uid);
}
