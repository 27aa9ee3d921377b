import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { AditError, messageOf } from '@adit/primitives';
import { accountOf, readKeyFile, sealKey, writeTrueChainAddress } from '@adit/wallets';
import { readSecret } from '../../config/secret.ts';

const VARIABLE = 'WALLET_PASSPHRASE';
/** For the owner alone. */
const MODE = 0o600;
const KEY_BYTES = 32;

/** `adit ledger key new`: makes a key, and prints its address. A file that is there already may hold money, so it stays. */
export async function runKeyNew(
  file: string,
  { passphraseFile }: { readonly passphraseFile?: string },
): Promise<void> {
  const passphrase =
    passphraseFile === undefined ? process.env[VARIABLE] : readSecret(passphraseFile, '--passphrase-file');
  if (passphrase === undefined || passphrase === '')
    throw new AditError('ADIT_BAD_OPTION', `expected --passphrase-file <file>, or the variable ${VARIABLE}`);
  const key = randomBytes(KEY_BYTES);
  const address = writeTrueChainAddress(accountOf(key));
  const text = await sealKey(key, passphrase);
  key.fill(0);
  try {
    writeFileSync(file, text, { mode: MODE, flag: 'wx', flush: true });
  } catch (error) {
    throw new AditError('ADIT_KEY_FILE', `${file} cannot be made: ${messageOf(error)}`, { cause: error });
  }
  process.stdout.write(`${address}\n`);
}

/** `adit ledger key address` */
export async function runKeyAddress(file: string): Promise<void> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new AditError('ADIT_KEY_FILE', `${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  process.stdout.write(`${writeTrueChainAddress(readKeyFile(text).account)}\n`);
}
