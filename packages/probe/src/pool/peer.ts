import type { Socket } from 'node:net';
import { type DialOptions, dial } from '@adit/net';
import { messageOf } from '@adit/primitives';
import { CLIENT_LINE_LIMIT, LineSplitter, type Message, parseMessage, requestLine } from '@adit/stratum';
import { cannotTell, Judged } from '../report/finding.ts';
import { afterAwake } from '../wire/awake.ts';
import { shown } from '../wire/printable.ts';
import { speaksNoTls } from '../wire/tls-fault.ts';
import type { Transcript } from '../wire/transcript.ts';
import type { Allowance } from './allowance.ts';

export interface PeerOptions extends DialOptions {
  readonly answerMs: number;
}

export interface PeerModules {
  readonly transcript: Transcript;
  readonly allowance: Allowance;
}

export type Reply = Extract<Message, { kind: 'response' }>;
export type Notice = Extract<Message, { kind: 'notification' | 'request' }>;

export interface Received {
  readonly message: Message;
  /** Text of the line, at most 4 KB of it. */
  readonly text: string;
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
}

/** Lines that are kept of one connection. More than that only a pool sends that floods. */
const MAX_KEPT = 20_000;
const TEXT_KEPT = 4_096;
const BY_PROBE = 'closed by the probe';

/**
 * One connection to the pool, driven by hand: what the check says is sent, byte for byte, and everything that comes is
 * kept in order.
 */
export class Peer {
  readonly received: Received[] = [];
  readonly #socket: Socket;
  readonly #splitter = new LineSplitter(CLIENT_LINE_LIMIT);
  readonly #transcript: Transcript;
  readonly #allowance: Allowance;
  readonly #number: number;
  readonly #answerMs: number;
  readonly #waiting = new Set<() => void>();
  #closed: string | undefined;
  #nextId = 1;

  private constructor(socket: Socket, options: PeerOptions, { transcript, allowance }: PeerModules) {
    this.#socket = socket;
    this.#allowance = allowance;
    this.#answerMs = options.answerMs;
    this.#transcript = transcript;
    this.#number = transcript.connection();
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => this.#onClosed(error.code ?? error.message));
    socket.on('end', () => this.#onClosed('closed by the pool'));
    socket.on('close', () => this.#onClosed('closed'));
  }

  /** @throws Judged `cannot_tell` where no connection comes about */
  static async open(options: PeerOptions, modules: PeerModules): Promise<Peer> {
    const { socket, opened } = dial(options);
    let stop = () => {};
    try {
      await new Promise<void>((resolve, reject) => {
        stop = afterAwake(options.answerMs, () =>
          reject(new Error(`no connection in ${options.answerMs} ms`)),
        );
        socket.once('error', reject);
        socket.once(opened, resolve);
      });
    } catch (error) {
      socket.destroy();
      throw new Judged(cannotTell(`no connection to the pool: ${reasonOf(error)}`, 'no_connection'));
    } finally {
      stop();
    }
    socket.removeAllListeners('error');
    return new Peer(socket, options, modules);
  }

  /** Whether the pool ended the connection and had not said a word. */
  get turnedAway(): boolean {
    return this.#closed !== undefined && this.#closed !== BY_PROBE && this.received.length === 0;
  }

  /** Why the connection ended; undefined while it is open. */
  get closed(): string | undefined {
    return this.#closed;
  }

  /** One line; the line end is added. */
  send(line: string): void {
    this.#transcript.add(this.#number, 'probe', line);
    this.#socket.write(`${line}\n`);
  }

  /** Bytes as they are. @param label what the report shows of them */
  bytes(data: string | Uint8Array, label?: string): void {
    this.#transcript.add(
      this.#number,
      'probe',
      label ?? (typeof data === 'string' ? data.trimEnd() : shown(data.length)),
    );
    this.#socket.write(data);
  }

  /** Resolves when the system has taken everything, or `within` is over, or the connection is. */
  async flushed(within: number): Promise<boolean> {
    if (this.#closed !== undefined) return false;
    if (!this.#socket.writableNeedDrain) return true;
    return await new Promise((resolve) => {
      const stop = afterAwake(within, () => resolve(false));
      const done = () => {
        stop();
        resolve(this.#closed === undefined);
      };
      this.#socket.once('drain', done);
      this.#socket.once('close', done);
    });
  }

  /** A request under a fresh id. @returns its id as JSON text */
  ask(method: string, params: readonly unknown[]): string {
    const id = this.#nextId;
    this.#nextId += 1;
    this.send(requestLine(id, method, params).trimEnd());
    return String(id);
  }

  /** A request and the answer to it, or undefined where none came in time. */
  async request(method: string, params: readonly unknown[], within?: number): Promise<Reply | undefined> {
    return await this.reply(this.ask(method, params), within);
  }

  /** The answer with this id (JSON text). */
  async reply(id: string, within = this.#answerMs): Promise<Reply | undefined> {
    const found = await this.next(({ message }) => message.kind === 'response' && message.id === id, {
      within,
    });
    return found?.message.kind === 'response' ? found.message : undefined;
  }

  /** The first notification of this name from place `from` on. */
  async notice(method: string, within = this.#answerMs, from = 0): Promise<Notice | undefined> {
    const found = await this.next(
      ({ message }) =>
        (message.kind === 'notification' || message.kind === 'request') && message.method === method,
      { within, from },
    );
    const message = found?.message;
    return message?.kind === 'notification' || message?.kind === 'request' ? message : undefined;
  }

  /** The first thing received, from place `from` on, that is wanted; waits for it, but not on a closed connection. */
  async next(
    wanted: (received: Received) => boolean,
    { within = this.#answerMs, from = 0 }: { within?: number; from?: number } = {},
  ): Promise<Received | undefined> {
    let place = from;
    let found: Received | undefined;
    await this.until(() => {
      while (found === undefined && place < this.received.length) {
        const candidate = this.received[place];
        place += 1;
        if (candidate !== undefined && wanted(candidate)) found = candidate;
      }
      return found !== undefined;
    }, within);
    return found;
  }

  /** Whether the condition came true in time; asked whenever something came, and given up when the connection ends. */
  async until(condition: () => boolean, within = this.#answerMs): Promise<boolean> {
    if (condition()) return true;
    if (this.#closed !== undefined) return false;
    return await new Promise((resolve) => {
      const finish = (outcome: boolean) => {
        stop();
        this.#waiting.delete(look);
        resolve(outcome);
      };
      const look = () => {
        if (condition()) finish(true);
        else if (this.#closed !== undefined) finish(false);
      };
      const stop = afterAwake(within, () => finish(condition()));
      this.#waiting.add(look);
    });
  }

  /** Whether the connection ends in time. */
  async ends(within = this.#answerMs): Promise<boolean> {
    await this.until(() => false, within);
    return this.#closed !== undefined;
  }

  /** No longer takes what the pool sends. */
  stopReading(): void {
    this.#socket.pause();
  }

  /** Says that nothing more will be sent, and goes on reading. */
  halfClose(): void {
    this.#socket.end();
  }

  close(): void {
    this.#onClosed(BY_PROBE);
    this.#socket.destroy();
  }

  #onData(chunk: Buffer): void {
    if (this.#closed === BY_PROBE) return;
    const { lines, tooLong } = this.#splitter.push(chunk);
    for (const line of lines) {
      const text = Buffer.from(line.subarray(0, TEXT_KEPT)).toString();
      this.#transcript.add(this.#number, 'peer', text);
      this.received.push({ message: parseMessage(line), text, at: performance.now() });
      if (this.received.length >= MAX_KEPT || !this.#allowance.take(line)) {
        this.#transcript.add(this.#number, 'peer', '(more than a pool has to say: no longer read)');
        return this.close();
      }
    }
    if (tooLong) {
      this.#transcript.add(this.#number, 'peer', `(a line of more than ${CLIENT_LINE_LIMIT} bytes)`);
      this.close();
    }
    this.#wake();
  }

  #onClosed(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.#transcript.add(this.#number, 'peer', `(${reason})`);
    this.#wake();
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}

function reasonOf(error: unknown): string {
  return speaksNoTls(error) ? 'the port does not speak TLS' : messageOf(error);
}
