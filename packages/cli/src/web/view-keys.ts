import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** File of the secret from which the keys follow, in the data folder. */
const SECRET_FILE = 'web.key';
const KEY_HEX = 32;

/**
 * Keys that open private accounts: one for each account, 128 bits. They follow from one secret, so none is stored, and a new secret makes
 * all of them worthless.
 */
export class ViewKeys {
  readonly #secret: Buffer;

  /** Reads the secret, and makes it where there is none. */
  constructor(dataFolder: string) {
    const file = path.join(dataFolder, SECRET_FILE);
    if (!existsSync(file)) {
      const handle = openSync(file, 'wx', 0o600);
      writeFileSync(handle, `${randomBytes(32).toString('hex')}\n`);
      closeSync(handle);
    }
    this.#secret = Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');
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
