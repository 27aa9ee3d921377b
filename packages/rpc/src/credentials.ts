import { transportError } from './errors.ts';
import { SecretThread } from './secret-thread.ts';

/** Where the user name and the password come from. */
export interface CredentialsOptions {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** A file with `user:password`, which the node rewrites at each start. */
  readonly cookieFile?: string | undefined;
  /** A file with only the password. Nobody but its owner may read it. */
  readonly passwordFile?: string | undefined;
}

/**
 * Longest wait for a disk while the former header is known: a found block must leave, and most likely the header is right.
 */
const KNOWN_MS = 1_000;
/** Longest wait without a header. The call cannot succeed then, and the operator should see why. */
const UNKNOWN_MS = 10_000;

/**
 * The Authorization header for one node, from a fixed user and password, or with a secret from a file. Zebra writes a
 * new cookie at each start, and closes connections that bring the old one, without an answer. So the file is read again
 * when it has changed, and when an exchange broke. If the file cannot be read for a moment (the node is just writing
 * it), or its disk hangs, the former header stays in use.
 */
export class Credentials {
  readonly #file: string | undefined;
  readonly #what: 'cookie' | 'password';
  readonly #user: string;
  #header: string | undefined;
  /** State of the file when it was last read. */
  #stamp = '';
  #fault: string | undefined;
  readonly #thread = new SecretThread();
  #isReading = false;
  /**
   * Calls that want a read which begins after them. A call that gives up leaves: a disk that hangs for days keeps nothing
   * but the calls with which the present read began.
   */
  readonly #waiting = new Set<() => void>();
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
    await this.#readWithin(false);
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
    await this.#readWithin(true);
    return this.#header !== used;
  }

  /** Ends the thread that reads the file. */
  close(): void {
    this.#thread.close();
  }

  async #readWithin(always: boolean): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    this.#always ||= always;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    const timer = setTimeout(
      () => {
        this.#fault = `${this.#what} file ${file} cannot be used: its disk does not answer`;
        this.#waiting.delete(resolve);
        resolve();
      },
      this.#header === undefined ? UNKNOWN_MS : KNOWN_MS,
    );
    void this.#readForAll(file);
    await promise;
    clearTimeout(timer);
  }

  /** Reads as long as calls wait. A read that began before a call may have seen the file as it was before a change. */
  async #readForAll(file: string): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#waiting.size > 0) {
      const served = [...this.#waiting];
      this.#waiting.clear();
      await this.#readOnce(file);
      for (const resolve of served) resolve();
    }
    this.#isReading = false;
  }

  async #readOnce(file: string): Promise<void> {
    const always = this.#always;
    this.#always = false;
    const what = this.#what;
    const answer = await this.#thread.ask({ file, what, stamp: always ? '' : this.#stamp });
    if (answer.kind === 'fault') {
      this.#stamp = '';
      this.#fault = `${what} file ${file} cannot be used: ${answer.detail}`;
      return;
    }
    this.#fault = undefined;
    if (answer.kind === 'unchanged') return;
    this.#header = this.#headerOf(answer.secret);
    this.#stamp = answer.stamp;
  }

  #headerOf(secret: string): string {
    return basic(this.#what === 'cookie' ? secret : `${this.#user}:${secret}`);
  }
}

function basic(userAndPassword: string): string {
  return `Basic ${Buffer.from(userAndPassword).toString('base64')}`;
}
