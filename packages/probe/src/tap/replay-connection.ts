import type { Socket } from 'node:net';
import { type DialOptions, dial } from '@adit/net';
import { AditError, messageOf } from '@adit/primitives';
import { CLIENT_LINE_LIMIT, LineSplitter, type Message, parseMessage } from '@adit/stratum';
import { placeOf } from '../wire/address.ts';
import { speaksNoTls } from '../wire/tls-fault.ts';
import { Waits } from '../wire/waits.ts';

export type Response = Extract<Message, { kind: 'response' }>;

/** The most messages of a pool during a replay. A pool that sends more does not follow the recording. */
const MAX_ANSWERS = 100_000;

/** The miner's end of a connection during a replay. */
export class ReplayConnection {
  readonly #socket: Socket;
  readonly #splitter = new LineSplitter(CLIENT_LINE_LIMIT);
  /** The answers by id, in the order in which they came, until `answer` takes them. */
  readonly #answers = new Map<string, Response[]>();
  readonly #methods = new Set<string>();
  readonly #waits = new Waits();
  #count = 0;
  #closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', () => this.#onClosed());
    socket.on('end', () => this.#onClosed());
    socket.on('close', () => this.#onClosed());
  }

  /**
   * @param signal ends the wait, and closes the connection
   * @throws AditError `ADIT_NO_CONNECTION`
   */
  static async open(to: DialOptions, withinMs: number, signal?: AbortSignal): Promise<ReplayConnection> {
    const { socket, opened } = dial({ ...to, allowHalfOpen: true });
    const settled = new AbortController();
    try {
      await new Promise<void>((resolve, reject) => {
        socket.setTimeout(withinMs, () => reject(new Error('no answer')));
        socket.once('error', reject);
        socket.once(opened, resolve);
        signal?.addEventListener('abort', () => resolve(), { signal: settled.signal });
      });
    } catch (error) {
      socket.destroy();
      throw new AditError(
        'ADIT_NO_CONNECTION',
        `no connection to ${placeOf(to.host, to.port)}: ${speaksNoTls(error) ? 'the port does not speak TLS' : messageOf(error)}`,
      );
    }
    settled.abort();
    socket.setTimeout(0);
    socket.removeAllListeners('error');
    const connection = new ReplayConnection(socket);
    if (signal?.aborted === true) connection.close();
    return connection;
  }

  get closed(): boolean {
    return this.#closed;
  }

  send(bytes: Uint8Array): void {
    if (!this.#socket.destroyed && !this.#socket.writableEnded) this.#socket.write(bytes);
  }

  /** Takes the next answer with this id (JSON text). @returns undefined where none comes in time */
  async answer(id: string, withinMs: number): Promise<Response | undefined> {
    await this.#waits.until(() => (this.#answers.get(id)?.length ?? 0) > 0, withinMs);
    return this.#answers.get(id)?.shift();
  }

  /** Whether the pool has sent a notification of this method, or does so in time. */
  async heard(method: string, withinMs: number): Promise<boolean> {
    await this.#waits.until(() => this.#methods.has(method), withinMs);
    return this.#methods.has(method);
  }

  /** Ends the miner's half of the connection, and reads on. */
  end(): void {
    this.#socket.end();
  }

  close(): void {
    this.#socket.destroy();
    this.#onClosed();
  }

  #onData(chunk: Uint8Array): void {
    const { lines, tooLong } = this.#splitter.push(chunk);
    for (const line of lines) this.#onLine(parseMessage(line));
    if (tooLong || this.#count > MAX_ANSWERS) this.close();
    this.#waits.wake();
  }

  #onLine(message: Message): void {
    this.#count += 1;
    if (message.kind === 'response') {
      const id = message.id ?? 'null';
      const list = this.#answers.get(id);
      if (list === undefined) this.#answers.set(id, [message]);
      else list.push(message);
    } else if (message.kind !== 'fault') this.#methods.add(message.method);
  }

  #onClosed(): void {
    this.#closed = true;
    this.#waits.end();
  }
}
