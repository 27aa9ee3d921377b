import type { Socket } from 'node:net';
import { messageOf } from '@adit/primitives';
import { LineSplitter, parseMessage } from '@adit/stratum';
import type { Side } from '../side.ts';
import type { Received } from './messages.ts';
import { Waits } from './waits.ts';

export interface DrivenConnectionOptions {
  /** The side that this program talks to. */
  readonly otherSide: Side;
  /** The longest line in bytes that the other side may send. */
  readonly lineLimit: number;
  /** Bytes of each line that are kept as text. */
  readonly textKept: number;
  /** Set where the socket stays open for writing after the other side has ended its half. */
  readonly keepsHalf?: boolean;
}

/** Who sent a line: this program, or the other side. */
export type Speaker = 'probe' | 'peer';

/**
 * One connection that is driven by hand: it sends exactly the bytes that it is given, and keeps every message that comes,
 * in order.
 */
export abstract class DrivenConnection {
  readonly received: Received[] = [];
  /** When it was opened, on the clock of `performance.now()`. */
  readonly since = performance.now();
  protected readonly socket: Socket;
  readonly #options: DrivenConnectionOptions;
  readonly #splitter: LineSplitter;
  readonly #waits = new Waits();
  /** A fault of this program. Nothing can be judged by such a connection. */
  #broken: string | undefined;
  #closed: string | undefined;
  #closedHere = false;
  #closedAt = 0;

  protected constructor(options: DrivenConnectionOptions, socket: Socket) {
    this.#options = options;
    this.#splitter = new LineSplitter(options.lineLimit);
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => this.#end(error.code ?? error.message));
    socket.on('end', () => this.#end(`closed by the ${options.otherSide}`, options.keepsHalf === true));
    socket.on('close', () => this.#end('closed'));
  }

  /** Why the connection ended, in words for a report; undefined while it is open. */
  get closed(): string | undefined {
    return this.#closed;
  }

  /** Whether this program ended it. */
  get closedHere(): boolean {
    return this.#closedHere;
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
   * @throws what {@link failure} makes where a mistake of this program ended the connection
   */
  async until(condition: () => boolean, within: number): Promise<boolean> {
    if (condition()) return true;
    this.#requireUnbroken();
    const came = await this.#waits.until(condition, within);
    if (!came) this.#requireUnbroken();
    return came;
  }

  close(): void {
    this.#closedHere ||= this.#closed === undefined;
    this.#end('closed by the probe');
    this.socket.destroy();
  }

  /** Writes where the connection can still be written to, and drops the data where it cannot. */
  protected write(data: string | Uint8Array): void {
    if (this.socket.writable) this.socket.write(data);
  }

  /** Ends the connection because of the other side. @param why a clause for the report: `it sent 256 messages` */
  protected giveUp(why: string): void {
    this.#closedHere ||= this.#closed === undefined;
    this.#end(`closed by the probe: ${why}`);
  }

  /** The error of a wait that a mistake of this program ended. @param why a sentence */
  protected failure(why: string): Error {
    return new Error(why);
  }

  /** Called with each line that came or that the subclass sent, as {@link shown} has it, and with the end. */
  protected record(_from: Speaker, _text: string): void {}

  /** The line as a report may show it. */
  protected shown(_line: Uint8Array): string {
    return '';
  }

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
        // A mistake of this program with one message must not end the whole run.
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

  #end(reason: string, keepsHalf = false): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.#closedAt = performance.now();
    this.record('peer', `(${reason})`);
    if (!keepsHalf) this.socket.destroy();
    this.#waits.end();
  }

  #requireUnbroken(): void {
    if (this.#broken !== undefined) throw this.failure(this.#broken);
  }
}
