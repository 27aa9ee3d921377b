import type { Socket } from 'node:net';
import { messageOf } from '@adit/primitives';
import { LineSplitter, type Message, parseMessage } from '@adit/stratum';
import { cannotTell, Judged, type WireLine } from '../report/finding.ts';
import type { Side } from './side.ts';
import { Waits } from './waits.ts';

/** A message that came, with its line. */
export interface Received {
  readonly message: Message;
  /** The beginning of the line. */
  readonly text: string;
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
}

export interface ConnectionOptions {
  /** The side that the probe talks to. */
  readonly otherSide: Side;
  /** The longest line in bytes that the other side may send. */
  readonly lineLimit: number;
  /** Bytes of each line that are kept as text. */
  readonly textKept: number;
}

/**
 * One connection that a check drives: the probe sends exactly the bytes that the check says, and keeps every message
 * that comes, in order.
 */
export abstract class Connection {
  readonly received: Received[] = [];
  /** When it was opened, on the clock of `performance.now()`. */
  readonly since = performance.now();
  protected readonly socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #splitter: LineSplitter;
  readonly #waits = new Waits();
  /** A fault of the probe itself. Nothing can be judged by such a connection. */
  #broken: string | undefined;
  #closed: string | undefined;
  #closedByProbe = false;
  #closedAt = 0;

  protected constructor(options: ConnectionOptions, socket: Socket) {
    this.#options = options;
    this.#splitter = new LineSplitter(options.lineLimit);
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => this.#onClosed(error.code ?? error.message));
    socket.on('end', () => this.#onClosed(`closed by the ${options.otherSide}`));
    socket.on('close', () => this.#onClosed('closed'));
  }

  /** Why the connection ended, in words for a report; undefined while it is open. */
  get closed(): string | undefined {
    return this.#closed;
  }

  /** Whether the probe ended it. */
  get closedByProbe(): boolean {
    return this.#closedByProbe;
  }

  /** When it ended, on the clock of `performance.now()`; 0 while it is open. */
  get closedAt(): number {
    return this.#closedAt;
  }

  /** Waits for the first wanted message from place `from` on, but not on a closed connection. */
  async next(
    wanted: (received: Received) => boolean,
    { within, from = 0 }: { readonly within: number; readonly from?: number },
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

  /**
   * Waits until the condition is true. Looks at it whenever something came, and gives up when the connection ends.
   * @returns whether it came true within `within` milliseconds
   * @throws Judged `cannot_tell` where a mistake of the probe ended the connection
   */
  async until(condition: () => boolean, within: number): Promise<boolean> {
    if (condition()) return true;
    this.#requireUnbroken();
    const came = await this.#waits.until(condition, within);
    if (!came) this.#requireUnbroken();
    return came;
  }

  close(): void {
    this.#closedByProbe ||= this.#closed === undefined;
    this.#onClosed('closed by the probe');
  }

  /** Writes where the connection is open, and drops the data where it is closed. */
  protected write(data: string | Uint8Array): void {
    if (this.#closed === undefined) this.socket.write(data);
  }

  /** Ends the connection because of the other side. @param why a clause for the report: `it sent 256 messages` */
  protected giveUp(why: string): void {
    this.#closedByProbe ||= this.#closed === undefined;
    this.#onClosed(`closed by the probe: ${why}`);
  }

  /** Puts a line into the report of the check. */
  protected abstract record(from: WireLine['from'], text: string): void;

  /** The line as a report may show it. */
  protected abstract shown(line: Uint8Array): string;

  /** Called for each message after it was kept. @param line the line that it came in */
  protected abstract onMessage(received: Received, line: Uint8Array): void;

  #onData(chunk: Buffer): void {
    if (this.#closed !== undefined) return;
    const { lines, tooLong } = this.#splitter.push(chunk);
    for (const line of lines) {
      if (this.#closed !== undefined) break;
      try {
        this.#onLine(line);
      } catch (error) {
        // A fault of the probe with one message must not end the whole run.
        this.#broken = `the probe itself failed: ${messageOf(error)}`;
        this.giveUp(this.#broken);
      }
    }
    if (tooLong) this.giveUp(`a line of more than ${this.#options.lineLimit} bytes`);
    this.#waits.wake();
  }

  #onLine(line: Uint8Array): void {
    const text = Buffer.from(line.subarray(0, this.#options.textKept)).toString();
    const received = { message: parseMessage(line), text, at: performance.now() };
    this.record('peer', this.shown(line));
    this.received.push(received);
    this.onMessage(received, line);
  }

  #onClosed(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.#closedAt = performance.now();
    this.record('peer', `(${reason})`);
    this.socket.destroy();
    this.#waits.end();
  }

  #requireUnbroken(): void {
    if (this.#broken !== undefined) throw new Judged(cannotTell(this.#broken));
  }
}
