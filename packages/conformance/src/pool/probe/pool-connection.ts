import type { Socket } from 'node:net';
import { type DialOptions, dial } from '@adit/net';
import { messageOf } from '@adit/primitives';
import { CLIENT_LINE_LIMIT, requestLine } from '@adit/stratum';
import {
  afterAwake,
  type Notice,
  noticeIn,
  opened,
  type Received,
  type Reply,
  type Speaker,
  shown,
} from '@adit/wire';
import { ExaminedConnection } from '../../checks/examined-connection.ts';
import { cannotTell, Judged } from '../../report/finding.ts';
import type { Transcript } from '../../report/transcript.ts';
import type { Allowance } from './allowance.ts';

export interface PoolConnectionOptions extends DialOptions {
  readonly answerMs: number;
}

export interface PoolConnectionModules {
  readonly transcript: Transcript;
  readonly allowance: Allowance;
}

/** Lines that are kept of one connection. Only a pool that floods sends more. */
const MAX_MESSAGES = 20_000;
const TEXT_KEPT_BYTES = 4_096;

/** A line of the probe, and when it was sent on the clock of `performance.now()`. */
export interface Said {
  readonly text: string;
  readonly at: number;
}

/** One connection to the pool. */
export class PoolConnection extends ExaminedConnection {
  readonly #transcript: Transcript;
  readonly #allowance: Allowance;
  readonly #number: number;
  readonly #answerMs: number;
  #nextId = 1;
  /** The first thing that was said and that nothing has come after. */
  #unanswered: Said | undefined;

  private constructor(socket: Socket, options: PoolConnectionOptions, modules: PoolConnectionModules) {
    super({ otherSide: 'pool', lineLimit: CLIENT_LINE_LIMIT, textKept: TEXT_KEPT_BYTES }, socket);
    this.#allowance = modules.allowance;
    this.#answerMs = options.answerMs;
    this.#transcript = modules.transcript;
    this.#number = modules.transcript.connection();
  }

  /** @throws Judged `cannot_tell` where no connection comes about */
  static async open(options: PoolConnectionOptions, modules: PoolConnectionModules): Promise<PoolConnection> {
    let socket: Socket;
    try {
      socket = await opened(dial(options), options.answerMs);
    } catch (error) {
      throw new Judged(cannotTell(`no connection to the pool: ${messageOf(error)}`, 'no_connection'));
    }
    return new PoolConnection(socket, options, modules);
  }

  /** Whether the pool ended the connection and had not said a word. */
  get turnedAway(): boolean {
    return this.closed !== undefined && !this.closedHere && this.received.length === 0;
  }

  /** Where the pool ended the connection: the first line that it had and said nothing after. */
  get deadly(): Said | undefined {
    return this.closed === undefined || this.closedHere ? undefined : this.#unanswered;
  }

  /** Sends one line, and adds the line end. */
  send(line: string): void {
    this.record('probe', line);
    this.write(`${line}\n`);
  }

  /** Sends bytes as they are. @param label what the report shows in their place */
  bytes(data: string | Uint8Array, label?: string): void {
    this.record('probe', label ?? (typeof data === 'string' ? data.trimEnd() : shown(data.length)));
    this.write(data);
  }

  /** Waits until the system has taken everything, at most `within` milliseconds. @returns false where that time is over, or the connection */
  async flushed(within: number): Promise<boolean> {
    if (this.closed !== undefined) return false;
    if (!this.socket.writableNeedDrain) return true;
    return await new Promise((resolve) => {
      const stop = afterAwake(within, () => resolve(false));
      const done = () => {
        stop();
        resolve(this.closed === undefined);
      };
      this.socket.once('drain', done);
      this.socket.once('close', done);
    });
  }

  /** Sends a request under a new id. @returns the id as JSON text */
  ask(method: string, params: readonly unknown[]): string {
    const id = this.#nextId;
    this.#nextId += 1;
    this.send(requestLine(id, method, params).trimEnd());
    return String(id);
  }

  /** Sends a request and waits for the answer. @returns undefined where none comes in time */
  async request(method: string, params: readonly unknown[], within?: number): Promise<Reply | undefined> {
    return await this.reply(this.ask(method, params), within);
  }

  /** Waits for the answer with this id (JSON text). */
  async reply(id: string, within = this.#answerMs): Promise<Reply | undefined> {
    const found = await this.next(({ message }) => message.kind === 'response' && message.id === id, {
      within,
    });
    return found?.message.kind === 'response' ? found.message : undefined;
  }

  /** Waits for the first notification of this method from place `from` on. */
  async notice(method: string, within = this.#answerMs, from = 0): Promise<Notice | undefined> {
    const found = await this.next(({ message }) => noticeIn(message)?.method === method, { within, from });
    return found === undefined ? undefined : noticeIn(found.message);
  }

  override async next(
    wanted: (received: Received) => boolean,
    { within = this.#answerMs, from = 0 }: { readonly within?: number; readonly from?: number } = {},
  ): Promise<Received | undefined> {
    return await super.next(wanted, { within, from });
  }

  override async until(condition: () => boolean, within = this.#answerMs): Promise<boolean> {
    return await super.until(condition, within);
  }

  /** Waits for the end of the connection. @returns whether it ended in time */
  async ends(within = this.#answerMs): Promise<boolean> {
    await this.until(() => false, within);
    return this.closed !== undefined;
  }

  /** Stops reading what the pool sends. */
  stopReading(): void {
    this.socket.pause();
  }

  /** Ends the probe's half of the connection, and goes on reading. */
  halfClose(): void {
    this.socket.end();
  }

  protected override record(from: Speaker, text: string): void {
    this.#transcript.add(this.#number, from, text);
    if (from === 'probe') this.#unanswered ??= { text, at: performance.now() };
    // The end of the connection is recorded as well, and answers nothing.
    else if (this.closed === undefined) this.#unanswered = undefined;
  }

  protected override shown(line: Uint8Array): string {
    return Buffer.from(line.subarray(0, TEXT_KEPT_BYTES)).toString();
  }

  protected override onMessage(_received: Received, line: Uint8Array): void {
    if (this.received.length >= MAX_MESSAGES || !this.#allowance.take(line))
      this.giveUp('it sent more than is kept of a pool');
  }
}
