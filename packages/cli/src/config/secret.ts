import { readFileSync, statSync } from 'node:fs';
import { AditError, whyNotPrivate } from '@adit/primitives';
import { whyUnreadable } from './why-unreadable.ts';

/**
 * The secret of a part of the configuration, from its file or from the environment.
 *
 * @param what name of the part in errors
 * @returns undefined if it has none
 * @throws AditError `ADIT_SECRET_FILE`, `ADIT_SECRET_ENV`
 */
export function secretOf(
  part: { readonly password_file?: string | undefined; readonly password_env?: string | undefined },
  what: string,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const { password_file: file, password_env: name } = part;
  if (file !== undefined) return readSecret(file, `password_file of ${what}`);
  return name === undefined ? undefined : fromEnvironment(name, `password_env of ${what}`, environment);
}

/**
 * The passphrase of a wallet's key, from its file or from the environment.
 * @throws AditError `ADIT_SECRET_FILE`, `ADIT_SECRET_ENV`
 */
export function passphraseOf(
  wallet: { readonly passphrase_file?: string | undefined; readonly passphrase_env?: string | undefined },
  environment: NodeJS.ProcessEnv = process.env,
): string {
  const { passphrase_file: file, passphrase_env: name = '' } = wallet;
  if (file !== undefined) return readSecret(file, 'passphrase_file of the wallet');
  return fromEnvironment(name, 'passphrase_env of the wallet', environment);
}

function fromEnvironment(name: string, key: string, environment: NodeJS.ProcessEnv): string {
  const secret = environment[name] ?? '';
  if (secret !== '') return secret;
  throw new AditError('ADIT_SECRET_ENV', `${key}: the environment has no ${name}`);
}

/**
 * Reads a secret from a file that only the user of this process, or a group of that user, may read.
 *
 * @param key name of the setting in errors
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
    const open = stat.isFile() ? whyNotPrivate(file, stat, process) : undefined;
    if (open !== undefined) throw new AditError('ADIT_SECRET_FILE', `${key}: ${file}: ${open}`);
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof AditError) throw error;
    throw new AditError('ADIT_SECRET_FILE', `${key}: ${whyUnreadable(file, error)}`, { cause: error });
  }
}
