import { readFileSync } from 'node:fs';

/** The name of a user by its number; the number itself where the system has no name for it. */
export function ownerName(uid: number, passwd = '/etc/passwd'): string {
  try {
    const line = readFileSync(passwd, 'utf8')
      .split('\n')
      .map((text) => text.split(':'))
      .find(([, , id]) => id === String(uid));
    return line?.[0] ?? String(uid);
  } catch {
    return String(uid);
  }
}
