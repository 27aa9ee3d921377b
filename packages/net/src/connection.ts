import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { messageOf } from '@adit/primitives';
import { LineSplitter } from '@adit/stratum';
import { fairGroupOf, normalAddress } from './address.ts';
import type { Ending, NetCause } from './ending.ts';
import type { Proof } from './guests.ts';
import { Output } from './output.ts';
import type { Turns } from './turns.ts';

/** The bounds of one connection. */
export interface ConnectionOptions {
  /** Longest line that is taken from the other side. */
  readonly lineLimit: number;
  /** Bytes that may wait for the other side to read them; beyond, it is dropped. */
  readonly outputLimit: number;
  /** Shared by all connections that are to be fair to each other. */
  readonly turns: Turns;
}

/** What is done with a connection's lines. @typeParam Cause see `Ending` */
export interface ConnectionHandler<Cause extends string = NetCause> {
  /** One line without its end, a view that is valid only during the call. */
  line(line: Uint8Array): void;
  /** A line was too long; the connection is closed next. */
  overlong?(): void;
  /** The connection is gone; called once. */
  closed(ending: Ending<NetCause | Cause>): void;
}

/** What has made a connection and looks after it: one for many, so that none carries functions of its own. */
export interface ConnectionKeeper<Cause extends string = NetCause> {
  /** The first bytes, whatever they are. @returns false where they are refused: the keeper has closed it */
  firstBytes(connection: Connection<Cause>, bytes: Uint8Array): boolean;
  /** The first line. @returns false where it is refused: the keeper has closed it */
  firstLine(connection: Connection<Cause>, line: Uint8Array): boolean;
  /** Whoever handles it has seen that somebody mines there. */
  proved(connection: Connection<Cause>, proof: Proof): void;
  /** It is closed, as far as we are concerned; what waits may still leave. */
  closed(connection: Connection<Cause>): void;
  /** Its socket is gone. */
  gone(connection: Connection<Cause>): void;
}

/** The other side may never close its half: no longer than this is it waited for. */
const LINGER_MS = 2_000;
/** Lines that one connection may bring in one turn of the event loop: then it is the turn of the others. */
const LINES_PER_TURN = 4;
/** Sockets carry their connection, so that one set of functions serves all of them. */
const CONNECTION = Symbol('connection');
type Carrier = Socket & { [CONNECTION]?: Connection<string> };

/** A socket that carries lines: cuts them, bounds what waits, and closes with a cause. @typeParam Cause see `Ending` */
export class Connection<Cause extends string = NetCause> {
  /** The peer's, or the one that its proxy told. */
  readonly remoteAddress: string;
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  /** Whose turns it shares. */
  readonly #group: string;
  readonly #input: LineSplitter;
  readonly #output: Output;
  #handler: ConnectionHandler<Cause> | undefined;
  #keeper: ConnectionKeeper<Cause> | undefined;
  #ending: Ending<NetCause | Cause> | undefined;
  #partialSince: number | undefined;
  #lastLineAt: number;
  #looked: 'nothing' | 'bytes' | 'line' = 'nothing';
  #stopped = false;
  #linger: NodeJS.Timeout | undefined;
  /** What keeps its lines from being delivered, and its socket from being read: the end of a pause, */
  #pause: { readonly until: number; readonly timer: NodeJS.Timeout } | undefined;
  /** its next turn, */
  #waitsForTurn = false;
  /** or whoever handles the lines. */
  #held = false;

  /** @param address where it is not the socket's */
  constructor(socket: Socket, options: ConnectionOptions, now: number, address?: string) {
    this.#socket = socket;
    this.#options = options;
    this.#input = new LineSplitter(options.lineLimit);
    this.#output = new Output({ limit: options.outputLimit }, { socket, owner: this });
    this.#lastLineAt = now;
    this.remoteAddress = address ?? normalAddress(socket.remoteAddress ?? '');
    this.#group = fairGroupOf(this.remoteAddress);
  }

  /** When the last whole line was handled; the clock is `performance.now()`. */
  get lastLineAt(): number {
    return this.#lastLineAt;
  }

  /** Since when a line has begun and not ended. Nobody is late whose bytes wait for us. */
  get partialSince(): number | undefined {
    return this.#held || this.#input.uncut > 0 ? undefined : this.#partialSince;
  }

  get open(): boolean {
    return this.#ending === undefined;
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
  start(handler: ConnectionHandler<Cause>, keeper?: ConnectionKeeper<Cause>): void {
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
    if (this.#ending !== undefined) this.#tellClosed(this.#ending);
    else if (this.#stopped || this.#blocked) socket.pause();
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
    if (this.#pause !== undefined && this.#pause.until >= until) return;
    clearTimeout(this.#pause?.timer);
    const timer = setTimeout(Connection.#pauseOver, ms, this);
    timer.unref();
    this.#pause = { until, timer };
  }

  /** Reads nothing and delivers no line until `goOn`: what it has sent has to be worked off first. */
  holdBack(): void {
    if (!this.open) return;
    this.#held = true;
    this.#socket.pause();
  }

  /** Ends `holdBack`. How long that took is not held against the other side. */
  goOn(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#lastLineAt = performance.now();
    if (this.#partialSince !== undefined) this.#partialSince = this.#lastLineAt;
    this.#resume();
  }

  /** Somebody mines here: it counts as one that is to be kept. */
  prove(proof: Proof): void {
    if (this.open) this.#keeper?.proved(this, proof);
  }

  /**
   * Sends the parts in one write. Texts of one turn leave together: a packet that brought twenty lines is
   * answered by one. Nothing after `close`.
   */
  send(...parts: readonly (string | Uint8Array)[]): void {
    if (this.open) this.#output.send(parts);
  }

  /** Sends what waits and closes. */
  close(ending: Ending<NetCause | Cause>): void {
    if (!this.open) return;
    this.#output.flush();
    // It may have been dropped by that.
    if (!this.open) return;
    this.#socket.end();
    // The end of the other side must be seen, paused or not.
    this.#socket.resume();
    this.#linger = setTimeout(destroySocket, LINGER_MS, this.#socket);
    this.#linger.unref();
    this.#finish(ending);
  }

  /** Closes at once; what waits is lost. */
  drop(ending: Ending<NetCause | Cause>): void {
    this.#socket.destroy();
    this.#finish(ending);
  }

  /** What listens to the socket: one set of functions for all connections. */
  static readonly #events = {
    data(this: Carrier, chunk: Uint8Array): void {
      const connection = this[CONNECTION];
      if (connection !== undefined) connection.#receive(chunk);
    },
    end(this: Carrier): void {
      this[CONNECTION]?.close({ cause: 'left', detail: 'closed by the other side' });
    },
    error(this: Carrier, error: NodeJS.ErrnoException): void {
      const connection = this[CONNECTION];
      if (connection !== undefined)
        connection.#finish({ cause: 'error', detail: error.code ?? error.message });
    },
    close(this: Carrier): void {
      const connection = this[CONNECTION];
      if (connection === undefined) return;
      clearTimeout(connection.#linger);
      connection.#finish({ cause: 'left', detail: 'closed' });
      connection.#keeper?.gone(connection);
    },
  };

  static #pauseOver(connection: Connection<string>): void {
    connection.#pause = undefined;
    // What comes later than that was not asked for any more. What only waited for its turn has come before.
    if (!connection.#stopped) connection.#resume();
  }

  get #blocked(): boolean {
    return this.#pause !== undefined || this.#waitsForTurn || this.#held;
  }

  /** One thing less keeps it. */
  #resume(): void {
    if (!this.open || this.#blocked) return;
    this.#output.gather(() => this.#deliver());
    if (this.open && !this.#blocked && !this.#stopped) this.#socket.resume();
  }

  #receive(chunk: Uint8Array): void {
    if (!this.open) return;
    if (this.#looked === 'nothing') {
      this.#looked = 'bytes';
      if (this.#keeper?.firstBytes(this, chunk) === false) return;
    }
    this.#input.add(chunk);
    this.#output.gather(() => this.#deliver());
  }

  /**
   * Cuts lines and hands them over, as many as have their turn now. The rest stays as it came: at most what one read
   * brought, and what the stream had in its buffer (64 KiB each), since a connection that waits is not read.
   */
  #deliver(): void {
    const { turns } = this.#options;
    let now = performance.now();
    for (let lines = 0; this.#input.uncut > 0; lines += 1) {
      if (!this.#blocked && (lines === LINES_PER_TURN || !turns.take(this.#group))) this.#waitForTurn();
      if (this.#blocked) return this.#input.trim();
      const line = this.#input.next();
      const since = now;
      if (line !== undefined) {
        this.#lastLineAt = now;
        this.#partialSince = undefined;
        if (!this.#handOver(line)) return;
      } else if (this.#input.uncut === 0) break;
      // What brought no line has cost its time all the same.
      now = performance.now();
      turns.spend(this.#group, now - since);
    }
    if (this.#input.tooLong) return this.#refuseLine();
    if (this.#input.pending === 0) this.#partialSince = undefined;
    else this.#partialSince ??= now;
  }

  /** @returns false where that was its end */
  #handOver(line: Uint8Array): boolean {
    if (this.#looked === 'bytes') {
      this.#looked = 'line';
      if (this.#keeper?.firstLine(this, line) === false) return false;
    }
    try {
      this.#handler?.line(line);
    } catch (error) {
      // A fault of ours that one line can bring out: it costs this connection, not the process.
      this.drop({ cause: 'fault', detail: `a line could not be handled: ${messageOf(error)}` });
    }
    return this.open;
  }

  /** A packet may bring twenty submissions, of each of a thousand connections: an honest share must not wait for all. */
  #waitForTurn(): void {
    this.#socket.pause();
    this.#waitsForTurn = true;
    this.#options.turns.wait(this.#group, () => {
      this.#waitsForTurn = false;
      this.#resume();
    });
  }

  #refuseLine(): void {
    const text = `a line is longer than ${this.#options.lineLimit} bytes`;
    this.send(`{"id":null,"result":null,"error":[20,"Malformed message: ${text}",null]}\n`);
    this.#handler?.overlong?.();
    this.close({ cause: 'long_line', detail: text });
  }

  #finish(ending: Ending<NetCause | Cause>): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    clearTimeout(this.#pause?.timer);
    this.#input.forget();
    this.#tellClosed(ending);
  }

  /** Where it was closed before `start`, in `start`. */
  #tellClosed(ending: Ending<NetCause | Cause>): void {
    this.#keeper?.closed(this);
    this.#handler?.closed(ending);
  }
}

function destroySocket(socket: Socket): void {
  socket.destroy();
}
