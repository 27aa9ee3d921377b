import type { BigIntStats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { messageOf } from '@adit/primitives';
import { transportError } from './errors.ts';

/** Where the user name and the password come from. */
export interface CredentialsOptions {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** A file `user:password`, which the node writes anew at each start. */
  readonly cookieFile?: string | undefined;
  /** A file with the password alone, which nobody but its owner may read. */
  readonly passwordFile?: string | undefined;
}

/** Longest secret that is read: real cookies have fewer than 100 bytes. */
const MAX_SECRET_BYTES = 4096;
/** What the group and the others may do with a file. */
const NOT_THE_OWNER = 0o077n;

/**
 * The Authorization header of one node: a fixed user and password, or one whose secret is in a file. Zebra writes a
 * new cookie at each start and closes the connection on whoever brings the old one, without a word. So the file is
 * read again whenever it has changed, and whenever an exchange broke. A file that cannot be read for a moment (the
 * node is just writing it) ends nothing: the header of before stays.
 */
export class Credentials {
  readonly #file: string | undefined;
  readonly #what: 'cookie' | 'password';
  readonly #user: string;
  #header: string | undefined;
  /** What the file looked like when it was read. */
  #stamp = '';
  #fault: string | undefined;

  constructor(options: CredentialsOptions) {
    const { user, password, cookieFile, passwordFile } = options;
    this.#file = cookieFile ?? passwordFile;
    this.#what = cookieFile === undefined ? 'password' : 'cookie';
    this.#user = user ?? '';
    if (user !== undefined || password !== undefined) this.#header = basic(`${this.#user}:${password ?? ''}`);
    // Until the file has been read there is no header that could stay.
    if (this.#file !== undefined && password === undefined) this.#header = undefined;
  }

  /** Why the file could not be used the last time; undefined where it could, or where there is none. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Whether any secret is sent at all. */
  get any(): boolean {
    return this.#header !== undefined || this.#file !== undefined;
  }

  /** The header of the moment. @throws AditError `ADIT_RPC_UNAUTHORIZED` where the file has never been readable */
  async header(): Promise<string | undefined> {
    await this.#read(false);
    if (this.#header === undefined && this.#fault !== undefined) {
      throw transportError('ADIT_RPC_UNAUTHORIZED', this.#fault);
    }
    return this.#header;
  }

  /**
   * Reads the file again, whether it looks changed or not.
   * @param used the header that was refused, or with which an exchange broke
   * @returns whether there is another one now
   */
  async renew(used: string | undefined): Promise<boolean> {
    await this.#read(true);
    return this.#header !== used;
  }

  async #read(always: boolean): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    try {
      const stats = await stat(file, { bigint: true });
      const stamp = stampOf(stats);
      if (!always && stamp === this.#stamp) return;
      this.#header = this.#headerOf(await secretIn(file, stats, this.#what));
      // A file that changed in between has another stamp the next time.
      this.#stamp = stamp;
      this.#fault = undefined;
    } catch (error) {
      this.#stamp = '';
      this.#fault = `${this.#what} file ${file} cannot be used: ${messageOf(error)}`;
    }
  }

  #headerOf(secret: string): string {
    return basic(this.#what === 'cookie' ? secret : `${this.#user}:${secret}`);
  }
}

async function secretIn(file: string, stats: BigIntStats, what: 'cookie' | 'password'): Promise<string> {
  if (stats.size > MAX_SECRET_BYTES) throw new Error(`it holds no ${what}`);
  // The cookie's mode is the node's affair.
  if (
    what === 'password' &&
    process.platform !== 'win32' &&
    stats.isFile() &&
    (stats.mode & NOT_THE_OWNER) !== 0n
  )
    throw new Error(`it can be read by others: run chmod 600 ${file}`);
  const secret = (await readFile(file, 'utf8')).trim();
  if (secret.length === 0 || secret.length > MAX_SECRET_BYTES) throw new Error(`it holds no ${what}`);
  return secret;
}

function stampOf({ mtimeNs, ctimeNs, size, ino }: BigIntStats): string {
  return `${mtimeNs} ${ctimeNs} ${size} ${ino}`;
}

function basic(userAndPassword: string): string {
  return `Basic ${Buffer.from(userAndPassword).toString('base64')}`;
}
