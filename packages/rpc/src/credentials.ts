import type { BigIntStats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { messageOf, whyNotPrivate } from '@adit/primitives';
import { transportError } from './errors.ts';

/** Where the user name and the password come from. */
export interface CredentialsOptions {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** A file with `user:password`, which the node rewrites at each start. */
  readonly cookieFile?: string | undefined;
  /** A file with only the password. Nobody but its owner may read it. */
  readonly passwordFile?: string | undefined;
}

/** Longest secret in a file; real cookies have fewer than 100 bytes. */
const MAX_SECRET_BYTES = 4096;

/**
 * The Authorization header for one node, from a fixed user and password, or with a secret from a file. Zebra writes a
 * new cookie at each start, and closes connections that bring the old one, without an answer. So the file is read again
 * when it has changed, and when an exchange broke. If the file cannot be read for a moment (the node is just writing
 * it), the former header stays in use.
 */
export class Credentials {
  readonly #file: string | undefined;
  readonly #what: 'cookie' | 'password';
  readonly #user: string;
  #header: string | undefined;
  /** State of the file when it was last read. */
  #stamp = '';
  #fault: string | undefined;
  /** The read that is under way. On a disk that hangs, each further one would hold one more of Node's four file threads. */
  #reading: Promise<void> | undefined;
  /** Whether somebody wants the file read even if it looks unchanged. */
  #always = false;

  constructor(options: CredentialsOptions) {
    const { user, password, cookieFile, passwordFile } = options;
    this.#file = cookieFile ?? passwordFile;
    this.#what = cookieFile === undefined ? 'password' : 'cookie';
    this.#user = user ?? '';
    if (user !== undefined || password !== undefined) this.#header = basic(`${this.#user}:${password ?? ''}`);
    // With a secret in a file, there is no header before the first read.
    if (this.#file !== undefined && password === undefined) this.#header = undefined;
  }

  /** Why the last read of the file failed; undefined if it succeeded, or without a file. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** What a refusal of the node is about, without the secret itself. */
  get source(): string {
    return this.#file === undefined ? 'the user and password' : `the ${this.#what} in ${this.#file}`;
  }

  /** Whether there is any secret to send. */
  get any(): boolean {
    return this.#header !== undefined || this.#file !== undefined;
  }

  /** The current header. @throws AditError `ADIT_RPC_UNAUTHORIZED` if the file was never readable */
  async header(): Promise<string | undefined> {
    await this.#read(false);
    if (this.#header === undefined && this.#fault !== undefined) {
      throw transportError('ADIT_RPC_UNAUTHORIZED', this.#fault);
    }
    return this.#header;
  }

  /**
   * Reads the file again, even if it looks unchanged.
   * @param used the header that was refused, or with which an exchange broke
   * @returns whether the header is a different one now
   */
  async renew(used: string | undefined): Promise<boolean> {
    await this.#read(true);
    return this.#header !== used;
  }

  /** Waits for a read that began after the call, or for the present one where that is enough. */
  async #read(always: boolean): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    this.#always ||= always;
    // A read that began before this call may have seen the file as it was before a change.
    if (this.#reading !== undefined) await this.#reading;
    this.#reading ??= this.#readOnce(file).finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  async #readOnce(file: string): Promise<void> {
    const always = this.#always;
    this.#always = false;
    try {
      const stats = await stat(file, { bigint: true });
      const stamp = stampOf(stats);
      if (!always && stamp === this.#stamp) return;
      this.#header = this.#headerOf(await secretIn(file, stats, this.#what));
      // The stamp is from before the read: if the file changed in between, the next call sees another stamp.
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
  if (stats.size > MAX_SECRET_BYTES) throw new Error(`it is too large to be a ${what}`);
  // Check only password files: the node decides on the mode of its cookie.
  if (what === 'password' && stats.isFile()) {
    const open = whyNotPrivate(file, { mode: Number(stats.mode), gid: Number(stats.gid) }, process);
    if (open !== undefined) throw new Error(open);
  }
  const secret = (await readFile(file, 'utf8')).trim();
  if (secret.length === 0 || secret.length > MAX_SECRET_BYTES)
    throw new Error(`it does not contain a ${what}`);
  return secret;
}

function stampOf({ mtimeNs, ctimeNs, size, ino }: BigIntStats): string {
  return `${mtimeNs} ${ctimeNs} ${size} ${ino}`;
}

function basic(userAndPassword: string): string {
  return `Basic ${Buffer.from(userAndPassword).toString('base64')}`;
}
