import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AditError } from '@adit/primitives';
import { readSecret } from '../config/secret.ts';

/** File of the secret from which the keys follow, in the data folder. */
const SECRET_FILE = 'web.key';
const SECRET_BYTES = 32;
const KEY_HEX = 32;

/**
 * Keys that open private accounts: one for each account, 128 bits. They follow from one secret, so none is stored, and a new secret makes
 * all of them worthless.
 */
export class ViewKeys {
  readonly #secret: Buffer;

  /** Reads the secret, and makes it where there is none. @throws AditError `ADIT_SECRET_FILE` */
  constructor(dataFolder: string) {
    const file = path.join(dataFolder, SECRET_FILE);
    if (!existsSync(file))
      writeFileSync(file, `${randomBytes(SECRET_BYTES).toString('hex')}\n`, { flag: 'wx', mode: 0o600 });
    this.#secret = Buffer.from(readSecret(file, SECRET_FILE), 'hex');
    // A crash may have cut it. Anybody could compute the keys of an empty one.
    if (this.#secret.length === SECRET_BYTES) return;
    throw new AditError('ADIT_SECRET_FILE', `${file} is no secret: remove it, and new keys are made`);
  }

  keyOf(network: string, account: string): string {
    const text = JSON.stringify([network, account]);
    return createHmac('sha256', this.#secret).update(text, 'utf8').digest('hex').slice(0, KEY_HEX);
  }

  isKey(network: string, account: string, key: string): boolean {
    const given = Buffer.from(key, 'utf8');
    const wanted = Buffer.from(this.keyOf(network, account), 'utf8');
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }
}
