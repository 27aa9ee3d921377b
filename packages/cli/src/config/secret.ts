import { readFileSync, statSync } from 'node:fs';
import { AditError, messageOf } from '@adit/primitives';

/**
 * A secret from a file that nobody else may read.
 *
 * @param key names the setting in errors
 * @throws AditError `ADIT_SECRET_FILE`
 */
export function readSecret(file: string, key: string): string {
  const secret = readPrivate(file, key);
  if (secret === '') throw new AditError('ADIT_SECRET_FILE', `${key}: ${file} is empty`);
  return secret;
}

function readPrivate(file: string, key: string): string {
  try {
    const stat = statSync(file);
    // 0o077: what the group and the others may do.
    if (process.platform !== 'win32' && stat.isFile() && (stat.mode & 0o077) !== 0) {
      throw new AditError('ADIT_SECRET_FILE', `${key}: ${file} can be read by others: run chmod 600 ${file}`);
    }
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof AditError) throw error;
    const what = `${key}: the secret cannot be read: ${messageOf(error)}`;
    throw new AditError('ADIT_SECRET_FILE', what, { cause: error });
  }
}
