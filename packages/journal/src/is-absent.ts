import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * True only if a file is surely not there: the system says so (ENOENT), and its folder can be read and does not list
 * it. A disk that answers with an error (EIO, ESTALE, EACCES) does not say that, as `existsSync` would.
 */
export function isAbsent(file: string): boolean {
  try {
    statSync(file);
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return false;
  }
  try {
    return !readdirSync(path.dirname(file)).includes(path.basename(file));
  } catch {
    return false;
  }
}
