import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { messageOf } from '@adit/primitives';
import { LineSplitter } from '@adit/stratum';
import { fairGroupOf, normalAddress } from './address.ts';
import type { Turns } from './turns.ts';

export interface ConnectionOptions {
  /** Longest line that is taken from the other side. */
  readonly lineLimit: number;
  /** Bytes that may wait for the other side to read them; beyond, it is dropped. */
  readonly outputLimit: number;
  /** Shared by all connections that are to be fair to each other. */
  readonly turns: Turns;
}

/** What is done with a connection's lines. */
export interface ConnectionHandler {
  /** One line without its end, a view that is valid only during the call. */
  line(line: Uint8Array): void;
  /** A line was too long; the connection is closed next. */
  overlong?(): void;
  /** The connection is gone; called once. */
  closed(reason: string): void;
}

/** What has made a connection and looks after it: one for many, so that none carries functions of its own. */
export interface ConnectionKeeper {
  /** The first bytes, whatever they are. @returns false where they are refused: the keeper has closed it */
  firstBytes(connection: Connection, bytes: Uint8Array): boolean;
  /** The first line. @returns false where it is refused: the keeper has closed it */
  firstLine(connection: Connection, line: Uint8Array): boolean;
  /** It is closed, as far as we are concerned; what waits may still leave. */
  closed(connection: Connection): void;
  /** Its socket is gone. */
  gone(connection: Connection): void;
}

/** The other side may never close its half: no longer than this is it waited for. */
const LINGER_MS = 2_000;
/** Lines that one connection may bring in one turn of the event loop: then it is the turn of the others. */
const LINES_PER_TURN = 4;
/** Parts that together are smaller than this are copied into one: a second write costs more than the copy. */
const JOIN_LIMIT = 16 * 1024;

/** Sockets carry their connection, so that one set of functions serves all of them. */
const CONNECTION = Symbol('connection');
type Carrier = Socket & { [CONNECTION]?: Connection };

/** A socket that carries lines: cuts them, bounds what waits, and closes with a reason. */
export class Connection {
  /** The peer's, or the one that its proxy told. */
  readonly remoteAddress: string;
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  /** Whose turns it shares. */
  readonly #group: string;
  readonly #splitter: LineSplitter;
  #handler: ConnectionHandler | undefined;
  #keeper: ConnectionKeeper | undefined;
  #reason: string | undefined;
  #partialSince: number | undefined;
  #lastLineAt: number;
  #looked: 'nothing' | 'bytes' | 'line' = 'nothing';
  #stopped = false;
  #pause: Pause | undefined;
  #linger: NodeJS.Timeout | undefined;
  /** Lines that leave at the end of this turn. */
  #text = '';
  #flushPlanned = false;

  /** @param address where it is not the socket's */
  constructor(socket: Socket, options: ConnectionOptions, now: number, address?: string) {
    this.#socket = socket;
    this.#options = options;
    this.#splitter = new LineSplitter(options.lineLimit);
    this.#lastLineAt = now;
    this.remoteAddress = address ?? normalAddress(socket.remoteAddress ?? '');
    this.#group = fairGroupOf(this.remoteAddress);
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

  /** What was sent and has not left: bytes that this process still holds for it. */
  get unsentBytes(): number {
    return this.#socket.writableLength;
  }

  /** Whether it is encrypted. */
  get secure(): boolean {
    return this.#socket instanceof TLSSocket;
  }

  /** Begins to read. */
  start(handler: ConnectionHandler, keeper?: ConnectionKeeper): void {
    this.#handler = handler;
    this.#keeper = keeper;
    if (keeper === undefined) this.#looked = 'line';
    const socket: Carrier = this.#socket;
    socket[CONNECTION] = this;
    // `end` comes from a half-close: answers that are under way would still arrive, but nothing new comes.
    socket.on('end', Connection.#events.end);
    socket.on('error', Connection.#events.error);
    socket.on('close', Connection.#events.close);
    socket.on('data', Connection.#events.data);
    if (this.#reason !== undefined) this.#tellClosed(this.#reason);
    else if (this.#stopped || this.#pause !== undefined) socket.pause();
  }

  /** Takes bytes that were read from the socket before `start`. */
  feed(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#receive(bytes);
  }

  /** Reads no more; what is sent still leaves. */
  pause(): void {
    this.#stopped = true;
    this.#socket.pause();
  }

  /**
   * Reads nothing and delivers no line for so long. Lines that have come already are delivered afterwards, in
   * order. The limits on silence and on unfinished lines go on.
   */
  pauseFor(ms: number): void {
    if (!this.open || !(ms > 0)) return;
    this.#socket.pause();
    const until = performance.now() + ms;
    const { until: before = until, lines = [], tooLong = false, timer } = this.#pause ?? {};
    if (timer !== undefined && before >= until) return;
    clearTimeout(timer);
    const next = setTimeout(Connection.#resume, ms, this);
    next.unref();
    this.#pause = { until, lines, tooLong, timer: next };
  }

  /**
   * Sends the parts in one write. Texts of one turn leave together: a packet that brought twenty lines is
   * answered by one. Nothing after `close`.
   */
  send(...parts: readonly (string | Uint8Array)[]): void {
    if (!this.open) return;
    const [first] = parts;
    // A job, to thousands of connections.
    if (parts.length === 1 && typeof first === 'object' && this.#text === '') return this.#writeOne(first);
    if (parts.every((part) => typeof part === 'string')) {
      for (const part of parts) this.#text += part;
      if (this.#text.length > JOIN_LIMIT) this.#flush();
      else this.#planFlush();
    } else if (this.#text === '') this.#write(parts);
    else {
      const text = this.#text;
      this.#text = '';
      this.#write([text, ...parts]);
    }
  }

  /** Sends what waits and closes. @param reason for the log */
  close(reason: string): void {
    if (!this.open) return;
    this.#flush();
    // It may have been dropped by that.
    if (!this.open) return;
    this.#socket.end();
    // The end of the other side must be seen, paused or not.
    this.#socket.resume();
    this.#linger = setTimeout(destroySocket, LINGER_MS, this.#socket);
    this.#linger.unref();
    this.#finish(reason);
  }

  /** Closes at once; what waits is lost. */
  drop(reason: string): void {
    this.#socket.destroy();
    this.#finish(reason);
  }

  /** What listens to the socket: one set of functions for all connections. */
  static readonly #events = {
    data(this: Carrier, chunk: Uint8Array): void {
      const connection = this[CONNECTION];
      if (connection !== undefined) connection.#receive(chunk);
    },
    end(this: Carrier): void {
      this[CONNECTION]?.close('closed by the other side');
    },
    error(this: Carrier, error: NodeJS.ErrnoException): void {
      const connection = this[CONNECTION];
      if (connection !== undefined) connection.#finish(error.code ?? error.message);
    },
    close(this: Carrier): void {
      const connection = this[CONNECTION];
      if (connection === undefined) return;
      clearTimeout(connection.#linger);
      connection.#finish('closed');
      connection.#keeper?.gone(connection);
    },
  };

  static #resume(connection: Connection): void {
    const pause = connection.#pause;
    connection.#pause = undefined;
    if (pause === undefined || !connection.open) return;
    // What only waited for its turn has come before anybody said stop.
    if (connection.#stopped && pause.timer !== undefined) return;
    connection.#gather(() => connection.#deliver(pause.lines, pause.tooLong, true));
    if (connection.open && connection.#pause === undefined && !connection.#stopped)
      connection.#socket.resume();
  }

  #planFlush(): void {
    if (this.#flushPlanned) return;
    this.#flushPlanned = true;
    queueMicrotask(() => {
      this.#flushPlanned = false;
      this.#flush();
    });
  }

  #flush(): void {
    const text = this.#text;
    if (text === '') return;
    this.#text = '';
    if (this.open) this.#write([text]);
  }

  #write(parts: readonly (string | Uint8Array)[]): void {
    const [first] = parts;
    if (first === undefined) return;
    if (parts.length === 1) return this.#writeOne(first);
    this.#writeAll(parts);
    this.#checkOutput();
  }

  #writeOne(part: string | Uint8Array): void {
    this.#socket.write(part);
    this.#checkOutput();
  }

  #checkOutput(): void {
    if (this.#socket.writableLength > this.#options.outputLimit)
      this.drop('it does not read what it is sent');
  }

  #writeAll(parts: readonly (string | Uint8Array)[]): void {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if (length > JOIN_LIMIT) {
      this.#socket.cork();
      for (const part of parts) this.#socket.write(part);
      this.#socket.uncork();
    } else {
      const bytes = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
      this.#socket.write(Buffer.concat(bytes));
    }
  }

  #receive(chunk: Uint8Array): void {
    if (!this.open) return;
    if (this.#looked === 'nothing') {
      this.#looked = 'bytes';
      if (this.#keeper?.firstBytes(this, chunk) === false) return;
    }
    const now = performance.now();
    const { lines, tooLong } = this.#splitter.push(chunk);
    if (lines.length > 0) this.#lastLineAt = now;
    this.#gather(() => this.#deliver(lines, tooLong, false));
    if (this.#splitter.pending === 0) this.#partialSince = undefined;
    else if (lines.length > 0 || this.#partialSince === undefined) this.#partialSince = now;
  }

  /** Whatever is sent meanwhile leaves in one write. */
  #gather(work: () => void): void {
    const planned = this.#flushPlanned;
    this.#flushPlanned = true;
    work();
    this.#flushPlanned = planned;
    this.#flush();
  }

  /** @param own the lines are ours, not views of what was read */
  #deliver(lines: readonly Uint8Array[], tooLong: boolean, own: boolean): void {
    for (const [index, line] of lines.entries()) {
      if (!this.open) return;
      if (this.#pause === undefined && (index === LINES_PER_TURN || !this.#options.turns.take(this.#group)))
        this.#waitForTurn();
      if (this.#pause !== undefined) return this.#hold(lines.slice(index), tooLong, own);
      if (this.#looked === 'bytes') {
        this.#looked = 'line';
        if (this.#keeper?.firstLine(this, line) === false) return;
      }
      try {
        this.#handler?.line(line);
      } catch (error) {
        // A fault of ours that one line can bring out: it costs this connection, not the process.
        return this.drop(`a line could not be handled: ${messageOf(error)}`);
      }
    }
    if (!tooLong || !this.open) return;
    if (this.#pause !== undefined) this.#hold([], tooLong, own);
    else this.#refuseLine();
  }

  /** A packet may bring twenty submissions, of each of a thousand connections: an honest share must not wait for all. */
  #waitForTurn(): void {
    this.#socket.pause();
    const pause: Pause = { until: 0, lines: [], tooLong: false, timer: undefined };
    this.#pause = pause;
    this.#options.turns.wait(this.#group, () => {
      // A longer pause may have taken its place.
      if (this.#pause === pause) Connection.#resume(this);
    });
  }

  /**
   * Keeps lines for later. At most what one read brought, and what the stream had in its buffer (64 KiB
   * each): a paused socket is not read.
   */
  #hold(lines: readonly Uint8Array[], tooLong: boolean, own: boolean): void {
    const pause = this.#pause;
    if (pause === undefined) return;
    for (const line of lines) pause.lines.push(own ? line : new Uint8Array(line));
    pause.tooLong ||= tooLong;
  }

  #refuseLine(): void {
    const text = `a line is longer than ${this.#options.lineLimit} bytes`;
    this.send(`{"id":null,"result":null,"error":[20,"Malformed message: ${text}",null]}\n`);
    this.#handler?.overlong?.();
    this.close(text);
  }

  #finish(reason: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    clearTimeout(this.#pause?.timer);
    this.#pause = undefined;
    this.#tellClosed(reason);
  }

  /** Where it was closed before `start`, in `start`. */
  #tellClosed(reason: string): void {
    this.#keeper?.closed(this);
    this.#handler?.closed(reason);
  }
}

interface Pause {
  readonly until: number;
  /** Undefined: it only waits for its next turn. */
  readonly timer: NodeJS.Timeout | undefined;
  /** What has come and is not delivered yet. */
  readonly lines: Uint8Array[];
  /** Behind the lines came one that is too long. */
  tooLong: boolean;
}

function destroySocket(socket: Socket): void {
  socket.destroy();
}
