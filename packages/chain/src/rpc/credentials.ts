import { readFile } from 'node:fs/promises';
import { messageOf } from '@adit/primitives';
import { transportError } from './errors.ts';

/** Longest cookie file that is read: real ones have fewer than 100 bytes. */
const MAX_COOKIE_BYTES = 4096;

/**
 * The Authorization header of one node: a fixed user and password, or a cookie file, which the node
 * writes anew at each start and which is therefore read again whenever the node refuses it.
 */
export class Credentials {
  readonly #cookieFile: string | undefined;
  #header: string | undefined;

  constructor(options: {
    user?: string | undefined;
    password?: string | undefined;
    cookieFile?: string | undefined;
  }) {
    this.#cookieFile = options.cookieFile;
    if (options.user !== undefined || options.password !== undefined) {
      this.#header = basic(`${options.user ?? ''}:${options.password ?? ''}`);
    }
  }

  get canRefresh(): boolean {
    return this.#cookieFile !== undefined;
  }

  /** @throws AditError `ADIT_RPC_UNAUTHORIZED` when the cookie file cannot be read */
  async header(): Promise<string | undefined> {
    if (this.#header === undefined && this.#cookieFile !== undefined) await this.refresh();
    return this.#header;
  }

  async refresh(): Promise<void> {
    const file = this.#cookieFile;
    if (file === undefined) return;
    try {
      const cookie = (await readFile(file, 'utf8')).trim();
      if (cookie.length === 0 || cookie.length > MAX_COOKIE_BYTES) throw new Error('it holds no cookie');
      this.#header = basic(cookie);
    } catch (error) {
      throw transportError(
        'ADIT_RPC_UNAUTHORIZED',
        `cookie file ${file} cannot be used: ${messageOf(error)}`,
        error,
      );
    }
  }
}

function basic(userAndPassword: string): string {
  return `Basic ${Buffer.from(userAndPassword).toString('base64')}`;
}
