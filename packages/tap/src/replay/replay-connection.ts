import type { Socket } from 'node:net';
import { type DialOptions, dial } from '@adit/net';
import { AditError, messageOf } from '@adit/primitives';
import { CLIENT_LINE_LIMIT } from '@adit/stratum';
import { DrivenConnection, memoryOf, noticeIn, opened, placeOf, type Received, type Reply } from '@adit/wire';

/** The most messages of a pool during a replay. A pool that sends more does not follow the recording. */
const MAX_MESSAGES = 100_000;
/** The most memory that they may take. A recording has at most 128 MiB of text. */
const MAX_KEPT_BYTES = 256 * 1024 * 1024;

/** The miner's end of a connection during a replay. */
export class ReplayConnection extends DrivenConnection {
  /** The answers by id, in the order in which they came, until `answer` takes them. */
  readonly #answers = new Map<string, Reply[]>();
  readonly #methods = new Set<string>();
  #keptBytes = 0;

  private constructor(socket: Socket) {
    super({ otherSide: 'pool', lineLimit: CLIENT_LINE_LIMIT, textKept: 0, keepsHalf: true }, socket);
  }

  /**
   * @param signal ends the wait, and closes the connection
   * @throws AditError `ADIT_NO_CONNECTION`
   */
  static async open(to: DialOptions, withinMs: number, signal?: AbortSignal): Promise<ReplayConnection> {
    let socket: Socket;
    try {
      socket = await opened(dial({ ...to, allowHalfOpen: true }), withinMs, signal);
    } catch (error) {
      throw new AditError(
        'ADIT_NO_CONNECTION',
        `no connection to ${placeOf(to.host, to.port)}: ${messageOf(error)}`,
        { cause: error },
      );
    }
    const connection = new ReplayConnection(socket);
    if (signal?.aborted === true) connection.close();
    return connection;
  }

  send(bytes: Uint8Array): void {
    this.write(bytes);
  }

  /** Takes the next answer with this id (JSON text). @returns undefined where none comes in time */
  async answer(id: string, withinMs: number): Promise<Reply | undefined> {
    await this.until(() => (this.#answers.get(id)?.length ?? 0) > 0, withinMs);
    return this.#answers.get(id)?.shift();
  }

  /** Whether the pool has sent a call of this method, or does so in time. */
  async heard(method: string, withinMs: number): Promise<boolean> {
    return await this.until(() => this.#methods.has(method), withinMs);
  }

  /** Ends the miner's half of the connection, and reads on. */
  end(): void {
    this.socket.end();
  }

  protected override onMessage({ message }: Received, line: Uint8Array): void {
    this.#keptBytes += memoryOf(line);
    if (message.kind === 'response') {
      const id = message.id ?? 'null';
      const list = this.#answers.get(id);
      if (list === undefined) this.#answers.set(id, [message]);
      else list.push(message);
    }
    const call = noticeIn(message);
    if (call !== undefined) this.#methods.add(call.method);
    if (this.received.length > MAX_MESSAGES || this.#keptBytes > MAX_KEPT_BYTES)
      this.giveUp('it sent more than is kept of a replay');
  }
}
