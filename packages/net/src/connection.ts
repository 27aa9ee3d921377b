import type { Socket } from 'node:net';
import { messageOf } from '@adit/primitives';
import { LineSplitter } from '@adit/stratum';

export interface ConnectionOptions {
  /** Longest line that is taken from the other side. */
  readonly lineLimit: number;
  /** Bytes that may wait for the other side to read them; beyond, it is dropped. */
  readonly outputLimit: number;
}

/** What is done with a connection's lines. */
export interface ConnectionHandler {
  /** One line without its end, a view that is valid only during the call. */
  line(line: Uint8Array): void;
  /** The connection is gone; called once. */
  closed(reason: string): void;
}

/** A socket that carries lines: cuts them, bounds what waits, and closes with a reason. */
export class Connection {
  readonly remoteAddress: string;
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #splitter: LineSplitter;
  #handler: ConnectionHandler | undefined;
  #reason: string | undefined;
  #partialSince: number | undefined;
  #lastLineAt: number;

  constructor(socket: Socket, options: ConnectionOptions, now: number) {
    this.#socket = socket;
    this.#options = options;
    this.#splitter = new LineSplitter(options.lineLimit);
    this.#lastLineAt = now;
    this.remoteAddress = normalAddress(socket.remoteAddress ?? '');
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
  }

  /** When the last whole line came; the clock is `performance.now()`. */
  get lastLineAt(): number {
    return this.#lastLineAt;
  }

  /** Since when a line has begun and not ended. */
  get partialSince(): number | undefined {
    return this.#partialSince;
  }

  get open(): boolean {
    return this.#reason === undefined;
  }

  /** Begins to read. */
  start(handler: ConnectionHandler): void {
    this.#handler = handler;
    const socket = this.#socket;
    socket.on('data', (chunk) => this.#onData(chunk));
    // `end` comes from a half-close: answers that are under way would still arrive, but nothing new comes.
    socket.on('end', () => this.close('closed by the other side'));
    socket.on('error', (error: NodeJS.ErrnoException) => this.#finish(error.code ?? error.message));
    socket.on('close', () => this.#finish('closed'));
  }

  /** Reads no more; what is sent still leaves. */
  pause(): void {
    this.#socket.pause();
  }

  /** Sends the pieces in one write. Nothing after `close`. */
  send(...parts: readonly (string | Uint8Array)[]): void {
    if (!this.open || parts.length === 0) return;
    if (parts.length > 1) this.#socket.cork();
    for (const part of parts) this.#socket.write(part);
    if (parts.length > 1) this.#socket.uncork();
    if (this.#socket.writableLength > this.#options.outputLimit)
      this.drop('it does not read what it is sent');
  }

  /** Sends what waits and closes. @param reason for the log */
  close(reason: string): void {
    if (!this.open) return;
    this.#socket.end();
    // The end of the other side must be seen, paused or not.
    this.#socket.resume();
    // The other side may never close its half: do not wait for ever.
    setTimeout(() => this.#socket.destroy(), 2_000).unref();
    this.#finish(reason);
  }

  /** Closes at once; what waits is lost. */
  drop(reason: string): void {
    this.#socket.destroy();
    this.#finish(reason);
  }

  #onData(chunk: Uint8Array): void {
    if (!this.open) return;
    const now = performance.now();
    const { lines, tooLong } = this.#splitter.push(chunk);
    if (lines.length > 0) this.#lastLineAt = now;
    for (const line of lines) {
      if (!this.open) return;
      try {
        this.#handler?.line(line);
      } catch (error) {
        // A fault of ours that one line can bring out: it costs this connection, not the process.
        return this.drop(`a line could not be handled: ${messageOf(error)}`);
      }
    }
    if (tooLong) this.#refuseLine();
    if (this.#splitter.pending === 0) this.#partialSince = undefined;
    else if (lines.length > 0 || this.#partialSince === undefined) this.#partialSince = now;
  }

  #refuseLine(): void {
    const text = `a line is longer than ${this.#options.lineLimit} bytes`;
    this.send(`{"id":null,"result":null,"error":[20,"Malformed message: ${text}",null]}\n`);
    this.close(text);
  }

  #finish(reason: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#handler?.closed(reason);
  }
}

/** IPv4 inside IPv6 is the same peer. */
export function normalAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
