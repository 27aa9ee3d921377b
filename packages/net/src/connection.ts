import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { messageOf } from '@adit/primitives';
import { checkLineLimit, LineSplitter } from '@adit/stratum';
import { fairGroupOf, normalAddress } from './address.ts';
import type { Ending, NetCause } from './ending.ts';
import type { Proof } from './guests.ts';
import { Output } from './output.ts';
import type { Turns } from './turns.ts';

/** The bounds of one connection. */
export interface ConnectionOptions {
  /** Longest line in bytes that the other side may send. */
  readonly lineLimit: number;
  /** Bytes that may wait for the other side to read them. With more, the connection is dropped. */
  readonly outputLimit: number;
  /** Shared by all connections among which turns are shared out. */
  readonly turns: Turns;
}

/** Handles the lines of a connection. @typeParam Cause see `Ending` */
export interface ConnectionHandler<Cause extends string = NetCause> {
  /** One line without its end, a view that is valid only during the call. @param now of `performance.now()` */
  line(line: Uint8Array, now: number): void;
  /** A line was too long; the connection is closed next. */
  overlong?(): void;
  /** The connection is gone; called once. */
  closed(ending: Ending<NetCause | Cause>): void;
}

/** The owner of connections. One keeper serves many connections, so that none needs closures of its own. */
export interface ConnectionKeeper<Cause extends string = NetCause> {
  /** Checks the first bytes. @returns false if the keeper refused them, and has closed the connection */
  firstBytes(connection: Connection<Cause>, bytes: Uint8Array): boolean;
  /** Checks the first line. @returns false if the keeper refused it, and has closed the connection */
  firstLine(connection: Connection<Cause>, line: Uint8Array): boolean;
  /** The handler has evidence that the connection mines. */
  proved(connection: Connection<Cause>, proof: Proof): void;
  /** Our side has closed the connection. Bytes that wait may still be sent. */
  closed(connection: Connection<Cause>): void;
  /** The socket of the connection is gone. */
  gone(connection: Connection<Cause>): void;
}

/** Longest wait for the other side to close its half, which it may never do. */
const LINGER_MS = 2_000;
/** Lines of one connection in one turn of the event loop, before other connections have their turn. */
const LINES_PER_TURN = 4;
/** Each socket refers to its connection, so that all sockets can share one set of functions. */
const CONNECTION = Symbol('connection');
type Carrier = Socket & { [CONNECTION]?: Connection<string> };

/**
 * A socket that carries lines: it cuts lines, bounds its output, and closes with a cause.
 * @typeParam Cause see `Ending`
 */
export class Connection<Cause extends string = NetCause> {
  /** Address of the peer, or the one that its proxy named. */
  readonly remoteAddress: string;
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  /** The group of addresses that takes turns with others; see `fairGroupOf`. */
  readonly group: string;
  /** Undefined while no byte waits: of thousands of open connections, few have any. */
  #input: LineSplitter | undefined;
  readonly #output: Output;
  #handler: ConnectionHandler<Cause> | undefined;
  #keeper: ConnectionKeeper<Cause> | undefined;
  #ending: Ending<NetCause | Cause> | undefined;
  #partialSince: number | undefined;
  #lastLineAt: number;
  #looked: 'nothing' | 'bytes' | 'line' = 'nothing';
  #stopped = false;
  #linger: NodeJS.Timeout | undefined;
  // Three things can block a connection: its lines are not delivered then, and its socket is not read.
  /** A pause that `pauseFor` set; */
  #pause: { readonly until: number; readonly timer: NodeJS.Timeout } | undefined;
  /** the wait for its next turn; */
  #waitsForTurn = false;
  /** the handler, which called `holdBack`. */
  #held = false;

  /** @param address of the peer, if it is not that of the socket */
  constructor(socket: Socket, options: ConnectionOptions, now: number, address?: string) {
    this.#socket = socket;
    this.#options = options;
    checkLineLimit(options.lineLimit);
    this.#output = new Output({ limit: options.outputLimit }, { socket, owner: this });
    this.#lastLineAt = now;
    this.remoteAddress = address ?? normalAddress(socket.remoteAddress ?? '');
    this.group = fairGroupOf(this.remoteAddress);
  }

  /** When the last whole line was handled, on the clock of `performance.now()`. */
  get lastLineAt(): number {
    return this.#lastLineAt;
  }

  /** When the unfinished line began. Undefined while bytes wait for our side, because the peer is not late then. */
  get partialSince(): number | undefined {
    return this.#held || (this.#input?.uncut ?? 0) > 0 ? undefined : this.#partialSince;
  }

  get open(): boolean {
    return this.#ending === undefined;
  }

  /** Bytes that were sent, but that this process still holds because the peer does not read them. */
  get unsentBytes(): number {
    return this.#socket.writableLength;
  }

  /** Whether the connection uses TLS. */
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
    // `end` can come from a half-close: the peer can still read answers, but sends nothing more.
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

  /** Stops reading for good. Output is still sent. */
  pause(): void {
    this.#stopped = true;
    this.#socket.pause();
  }

  /**
   * Reads nothing and delivers no line for `ms`. Lines that have come already are delivered afterwards, in order. The
   * limits on silence and on unfinished lines stay in force.
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

  /** Reads nothing and delivers no line until `goOn`, so that the handler can first work off the lines that it has. */
  holdBack(): void {
    if (!this.open) return;
    this.#held = true;
    this.#socket.pause();
  }

  /** Ends `holdBack`. The time of the hold does not count as silence of the other side. */
  goOn(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#lastLineAt = performance.now();
    if (this.#partialSince !== undefined) this.#partialSince = this.#lastLineAt;
    this.#resume();
  }

  /**
   * The handler calls it when the connection shows that it mines: it then loses its place only after all that do not.
   */
  prove(proof: Proof): void {
    if (this.open) this.#keeper?.proved(this, proof);
  }

  /**
   * Sends the parts in one write. All texts of one turn are sent together, so one packet can answer a packet of twenty
   * lines. After `close` it does nothing.
   */
  send(...parts: readonly (string | Uint8Array)[]): void {
    if (this.open) this.#output.send(parts);
  }

  /** Sends all output that waits, then closes. */
  close(ending: Ending<NetCause | Cause>): void {
    if (!this.open) return;
    this.#output.flush();
    // The flush may have dropped the connection.
    if (!this.open) return;
    this.#socket.end();
    // Read on, even if paused: otherwise the end of the other side would not be noticed.
    this.#socket.resume();
    this.#linger = setTimeout(destroySocket, LINGER_MS, this.#socket);
    this.#linger.unref();
    this.#finish(ending);
  }

  /** Closes at once. Output that waits is lost. */
  drop(ending: Ending<NetCause | Cause>): void {
    this.#socket.destroy();
    this.#finish(ending);
  }

  /** Listeners of the socket: one set of functions for all connections. */
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
    // After `pause`, lines that a `pauseFor` delayed are not wanted any more. Lines that only waited for their turn are
    // still delivered, because they came before it.
    if (!connection.#stopped) connection.#resume();
  }

  get #blocked(): boolean {
    return this.#pause !== undefined || this.#waitsForTurn || this.#held;
  }

  /** One of the blocking conditions has ended: goes on if it was the last. */
  #resume(): void {
    if (!this.open || this.#blocked) return;
    this.#deliver();
    if (this.open && !this.#blocked && !this.#stopped) this.#socket.resume();
  }

  #receive(chunk: Uint8Array): void {
    if (!this.open) return;
    if (this.#looked === 'nothing') {
      this.#looked = 'bytes';
      if (this.#keeper?.firstBytes(this, chunk) === false) return;
    }
    this.#input ??= new LineSplitter(this.#options.lineLimit);
    this.#input.add(chunk);
    this.#deliver();
  }

  /**
   * Cuts lines and hands them over, as many as this turn allows. The rest stays uncut. It is at most the bytes of one
   * read and of the stream's buffer (64 KiB each), because a connection that waits is not read.
   */
  #deliver(): void {
    const planned = this.#output.gather();
    this.#cutAll();
    this.#output.release(planned);
  }

  #cutAll(): void {
    const { turns } = this.#options;
    const input = this.#input;
    if (input === undefined) return;
    let now = performance.now();
    for (let lines = 0; input.uncut > 0; lines += 1) {
      if (!this.#blocked && (lines === LINES_PER_TURN || !turns.take(this.group))) this.#waitForTurn();
      if (this.#blocked) return input.trim();
      const line = input.next();
      const since = now;
      if (line !== undefined) {
        this.#lastLineAt = now;
        this.#partialSince = undefined;
        if (!this.#handOver(line, now)) return;
      } else if (input.uncut === 0) break;
      // What brought no line has cost its time all the same.
      now = performance.now();
      turns.spend(this.group, now - since);
    }
    if (input.tooLong) return this.#refuseLine();
    if (input.pending === 0) this.#partialSince = this.#input = undefined;
    else this.#partialSince ??= now;
  }

  /** @returns false if the connection ended with this line */
  #handOver(line: Uint8Array, now: number): boolean {
    if (this.#looked === 'bytes') {
      this.#looked = 'line';
      if (this.#keeper?.firstLine(this, line) === false) return false;
    }
    try {
      this.#handler?.line(line, now);
    } catch (error) {
      // A line that triggers a fault of ours costs this connection, not the process.
      this.drop({ cause: 'fault', detail: `a line could not be handled: ${messageOf(error)}` });
    }
    return this.open;
  }

  /**
   * A thousand connections may each send a packet of twenty submissions: an honest share must not wait for all of them.
   */
  #waitForTurn(): void {
    this.#socket.pause();
    this.#waitsForTurn = true;
    this.#options.turns.wait(this.group, () => {
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
    this.#input = undefined;
    this.#tellClosed(ending);
  }

  /** Tells keeper and handler; if the connection was closed before `start`, then `start` calls it. */
  #tellClosed(ending: Ending<NetCause | Cause>): void {
    this.#keeper?.closed(this);
    this.#handler?.closed(ending);
  }
}

function destroySocket(socket: Socket): void {
  socket.destroy();
}
