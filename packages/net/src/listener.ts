import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls';
import { messageOf } from '@adit/primitives';
import { SERVER_LINE_LIMIT } from '@adit/stratum';
import { AddressSet, normalAddress } from './address.ts';
import type { Census } from './census.ts';
import {
  Connection,
  type ConnectionHandler,
  type ConnectionKeeper,
  type ConnectionOptions,
} from './connection.ts';
import { Dismissals } from './dismissals.ts';
import { cannotListen } from './held-address.ts';
import { endsOf, Hello, type HelloModules, type Visitor } from './hello.ts';
import {
  httpRefusal,
  otherProtocol,
  REFUSAL_TEXT,
  type RefusedBecause,
  refusalLine,
  TLS_ACCESS_DENIED,
  TLS_HANDSHAKE_FAILURE,
} from './refusal.ts';
import { type TlsFileNames, TlsFiles } from './tls-files.ts';
import { Turns } from './turns.ts';

export interface ListenerOptions {
  /** `::` takes IPv4 too. */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Read at the start, and again when they change. */
  readonly tls?: TlsFileNames;
  /** Addresses and networks (CIDR) of proxies: they must begin with a PROXY header, nobody else may. */
  readonly proxies?: readonly string[];
  /** Longest line that is taken. */
  readonly lineBytes?: number;
  /** What may wait for a connection to read it; beyond, it is dropped. */
  readonly outputBytes?: number;
  /** PROXY header and TLS handshake must be over within this time. */
  readonly helloMs?: number;
  /** A line that has begun must end within this time. */
  readonly partialLineMs?: number;
  /** Without any line for so long, a connection is closed. */
  readonly idleMs?: number;
}

export interface ListenerModules {
  /** A new connection: returns what handles it. Throwing refuses it, with the message as the reason. */
  readonly accept: (connection: Connection) => ConnectionHandler;
  /** Counts the connections of all listeners. */
  readonly census: Census;
  /** Asked before anything else. @returns a sentence where the address is banned */
  readonly admit?: (address: string) => string | undefined;
  /** @param address empty where it is not known */
  readonly onRefused?: (address: string, because: RefusedBecause, detail: string) => void;
  /** Something that the operator should know: the TLS files cannot be used. */
  readonly onProblem?: (detail: string) => void;
}

type Live = Required<Omit<ListenerOptions, 'host' | 'port' | 'tls'>>;

const DEFAULTS: Live = {
  proxies: [],
  lineBytes: SERVER_LINE_LIMIT,
  // Larger than the seedhash line (370 KB) with room for a second one and the jobs behind it.
  outputBytes: 1024 * 1024,
  // A handshake is two round trips; the slowest mobile link does that in three seconds.
  helloMs: 10_000,
  partialLineMs: 15_000,
  // Hard shares may be minutes apart, and a miner says nothing else.
  idleMs: 3_600_000,
};
const SWEEP_MS = 1_000;
/** How often the TLS files are looked at: two calls to the file system. */
const FILES_MS = 3_000;
/** Seconds' worth of accepts while the process is busy; the kernel may take fewer. */
const BACKLOG = 1_024;
const TLS_HANDSHAKE = 0x16;

/** One listening port. */
export class StratumListener {
  readonly #host: string;
  readonly #port: number;
  #live: Live;
  readonly #turns = new Turns();
  #connectionOptions: ConnectionOptions;
  #proxies: AddressSet;
  readonly #modules: ListenerModules;
  readonly #server: Server;
  readonly #tls: { readonly server: TlsServer; files: TlsFiles } | undefined;
  readonly #helloModules: HelloModules;
  readonly #keeper: ConnectionKeeper = {
    firstBytes: (connection, bytes) => {
      if (bytes[0] !== TLS_HANDSHAKE || connection.secure) return true;
      return this.#turnAway(connection, 'tls_on_plain', TLS_HANDSHAKE_FAILURE);
    },
    firstLine: (connection, line) => {
      const other = otherProtocol(line);
      if (other === undefined) return true;
      const words = other === 'http' ? httpRefusal() : refusalLine(REFUSAL_TEXT[other]);
      return this.#turnAway(connection, other, words);
    },
    closed: (connection) => this.#connections.delete(connection),
    gone: (connection) => {
      const placed = !this.#unplaced.delete(connection);
      this.#uncount({ address: connection.remoteAddress, placed });
    },
  };
  readonly #connections = new Set<Connection>();
  /** Those of proxies that speak for themselves, counted in the total only. */
  readonly #unplaced = new Set<Connection>();
  /** Eldest in front. Bounded like the connections, by the census. */
  readonly #hellos = new Set<Hello>();
  /** Those in a handshake, by the ends of their socket: a TLS socket does not name the one below it. */
  readonly #handshakes = new Map<string, Hello>();
  readonly #dismissals = new Dismissals();
  #sweep: NodeJS.Timeout | undefined;
  #filesAt = 0;
  #closed: Promise<void> | undefined;
  #stopped = false;

  /** @throws AditError `ADIT_TLS_FILES`, `ADIT_BAD_ADDRESS` (an entry of `proxies`) */
  constructor(options: ListenerOptions, modules: ListenerModules) {
    this.#host = options.host;
    this.#port = options.port;
    this.#modules = modules;
    this.#live = withDefaults(options);
    this.#connectionOptions = connectionOptions(this.#live, this.#turns);
    this.#proxies = new AddressSet(this.#live.proxies);
    this.#tls = options.tls === undefined ? undefined : this.#tlsServer(new TlsFiles(options.tls));
    this.#helloModules = {
      tls: this.#tls !== undefined,
      told: (hello, address) => this.#onTold(hello, address),
      plain: (hello, rest) => this.#open(hello.socket, this.#take(hello), rest),
      handshake: (hello) => this.#onHandshake(hello),
      refused: (hello, because, detail) => this.#refuseHello(hello, because, detail),
      gone: (hello) => this.#onGone(hello),
    };
    this.#server = createServer(
      { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 },
      (socket) => this.#onSocket(socket),
    );
  }

  get connections(): ReadonlySet<Connection> {
    return this.#connections;
  }

  /** The raw TCP server, to be handed to another process. */
  get server(): Server {
    return this.#server;
  }

  /**
   * @param inherited the listening socket, from another process or the one that started us; host and port are
   *   only named in errors then. A `net.Server` accepts from the moment that it was received: call this in the
   *   same turn, or what comes in between is lost. A descriptor can wait.
   * @returns the port in use @throws AditError `ADIT_CANNOT_LISTEN`
   */
  listen(inherited?: Server | { readonly fd: number }): Promise<number> {
    return new Promise((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException) => reject(cannotListen(this.#host, this.#port, error));
      this.#server.once('error', failed);
      const listening = () => {
        this.#server.off('error', failed);
        // A connection that could not be accepted (no memory, no file left) must not end the process.
        this.#server.on('error', (error) => this.#refused('', 'accept_failed', error.message));
        this.#sweep = setInterval(() => this.#onSweep(performance.now()), SWEEP_MS);
        this.#sweep.unref();
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : this.#port);
      };
      if (inherited !== undefined) this.#server.listen(inherited, listening);
      else this.#server.listen({ port: this.#port, host: this.#host, backlog: BACKLOG }, listening);
    });
  }

  /**
   * Takes what may change while connections are open: limits, times, proxies, TLS files. Host, port, and
   * whether TLS is spoken, stay. TLS files that cannot be used are told to `onProblem`, and the old ones stay.
   * @throws AditError `ADIT_BAD_ADDRESS` (an entry of `proxies`): then nothing has changed
   */
  update(options: ListenerOptions): void {
    const live = withDefaults(options);
    this.#proxies = new AddressSet(live.proxies);
    this.#live = live;
    this.#connectionOptions = connectionOptions(live, this.#turns);
    const { tls } = options;
    if (this.#tls === undefined || tls === undefined) return;
    const { certFile, keyFile } = this.#tls.files.names;
    if (tls.certFile === certFile && tls.keyFile === keyFile) this.#reload(() => this.#tls?.files.changed());
    else this.#reload(() => new TlsFiles(tls));
  }

  /** Closes the listening socket, of this process only. Connections go on, being read. */
  stopListening(): void {
    this.#closed ??= new Promise((resolve) => {
      if (this.#server.listening) this.#server.close(() => resolve());
      else resolve();
    });
  }

  /** Takes no more connections, and reads no more from those that are open; answers still leave. */
  stopAccepting(): void {
    this.stopListening();
    this.#stopped = true;
    for (const hello of this.#hellos) hello.socket.destroy();
    for (const connection of this.#connections) connection.pause();
  }

  /** Takes no more connections and closes all. Resolves when what waited for them has been sent. */
  async close(reason: string): Promise<void> {
    this.stopAccepting();
    for (const connection of this.#connections) connection.close(reason);
    await this.#closed;
    clearInterval(this.#sweep);
  }

  // --- new connections

  #onSocket(socket: Socket): void {
    const peer = normalAddress(socket.remoteAddress ?? '');
    // Gone before it was looked at. And whoever was still in the queue at the end sees it closed.
    if (peer === '' || this.#stopped) return void socket.destroy();
    const now = performance.now();
    if (this.#proxies.has(peer)) {
      const full = this.#modules.census.hold();
      if (full !== undefined) return this.#dismiss(socket, peer, full);
      return this.#greet(socket, { address: peer, placed: false }, now);
    }
    const banned = this.#modules.admit?.(peer);
    if (banned !== undefined) return this.#dismiss(socket, peer, 'banned', banned);
    const because = this.#modules.census.admit(peer, now);
    if (because !== undefined) return this.#dismiss(socket, peer, because);
    const visitor: Visitor = { address: peer, placed: true };
    if (this.#tls === undefined) this.#open(socket, visitor);
    else this.#greet(socket, visitor, now);
  }

  #greet(socket: Socket, visitor: Visitor, now: number): void {
    const header = !visitor.placed;
    this.#hellos.add(new Hello({ header, visitor, now }, { ...this.#helloModules, socket }));
  }

  /** Ends a hello. @returns who it was */
  #take(hello: Hello): Visitor {
    if (this.#hellos.delete(hello)) {
      hello.release();
      this.#handshakes.delete(hello.ends);
    }
    return hello.visitor;
  }

  #onTold(hello: Hello, address: string): boolean {
    const banned = this.#modules.admit?.(address);
    if (banned !== undefined) {
      this.#refuseHello(hello, 'banned', banned, address);
      return false;
    }
    const because = this.#modules.census.place(address, performance.now());
    if (because !== undefined) {
      this.#refuseHello(hello, because, REFUSAL_TEXT[because], address);
      return false;
    }
    hello.visitor = { address, placed: true };
    return true;
  }

  #onGone(hello: Hello): void {
    const shaking = this.#handshakes.has(hello.ends);
    const visitor = this.#take(hello);
    this.#uncount(visitor);
    if (shaking) this.#refused(visitor.address, 'tls_failed', 'closed during the handshake');
  }

  #onHandshake(hello: Hello): void {
    this.#handshakes.set(hello.ends, hello);
    this.#tls?.server.emit('connection', hello.socket);
  }

  #open(socket: Socket, visitor: Visitor, rest?: Buffer): void {
    const { address, placed } = visitor;
    const connection = new Connection(socket, this.#connectionOptions, performance.now(), address);
    let handler: ConnectionHandler;
    try {
      handler = this.#modules.accept(connection);
    } catch (error) {
      this.#uncount(visitor);
      const detail = error instanceof Error ? error.message : REFUSAL_TEXT.refused;
      return this.#dismiss(socket, address, 'refused', detail);
    }
    if (!placed) this.#unplaced.add(connection);
    this.#connections.add(connection);
    connection.start(handler, this.#keeper);
    if (rest !== undefined) connection.feed(rest);
  }

  #tlsServer(files: TlsFiles): { readonly server: TlsServer; files: TlsFiles } {
    const server = createTlsServer(files.context, (socket) => this.#onSecure(socket));
    server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      const hello = this.#handshakes.get(endsOf(socket));
      socket.destroy();
      if (hello === undefined) return;
      const visitor = this.#take(hello);
      hello.socket.destroy();
      this.#uncount(visitor);
      this.#refused(visitor.address, 'tls_failed', error.code ?? error.message);
    });
    return { server, files };
  }

  #onSecure(socket: TLSSocket): void {
    const hello = this.#handshakes.get(endsOf(socket));
    if (hello === undefined) return void socket.destroy();
    this.#open(socket, this.#take(hello));
  }

  // --- those that cannot stay

  #refuseHello(hello: Hello, because: RefusedBecause, detail: string, address?: string): void {
    const visitor = this.#take(hello);
    this.#uncount(visitor);
    this.#dismiss(hello.socket, address ?? visitor.address, because, detail);
  }

  /** Says why and closes, a socket that nobody else holds. */
  #dismiss(socket: Socket, address: string, because: RefusedBecause, detail = REFUSAL_TEXT[because]): void {
    this.#refused(address, because, detail);
    const said = because === 'banned' || because === 'refused' ? detail : REFUSAL_TEXT[because];
    const readable = this.#tls === undefined || because === 'plain_on_tls' || 'encrypted' in socket;
    this.#dismissals.add(socket, readable ? refusalLine(said) : TLS_ACCESS_DENIED, performance.now());
  }

  /** Closes a connection that has been accepted and turns out to be something else. */
  #turnAway(connection: Connection, because: RefusedBecause, words: string | Uint8Array): false {
    connection.send(words);
    connection.close(REFUSAL_TEXT[because]);
    this.#refused(connection.remoteAddress, because, REFUSAL_TEXT[because]);
    return false;
  }

  #refused(address: string, because: RefusedBecause, detail: string): void {
    this.#modules.onRefused?.(address, because, detail);
  }

  #uncount({ address, placed }: Visitor): void {
    if (placed) this.#modules.census.leave(address);
    else this.#modules.census.release();
  }

  // --- once a second

  #onSweep(now: number): void {
    const { partialLineMs, idleMs, helloMs } = this.#live;
    for (const connection of this.#connections) {
      const { partialSince, lastLineAt } = connection;
      if (partialSince !== undefined && now - partialSince > partialLineMs)
        connection.close('a line did not end in time');
      else if (now - lastLineAt > idleMs) connection.close('idle');
    }
    for (const hello of this.#hellos) {
      if (now - hello.since <= helloMs) break;
      const visitor = this.#take(hello);
      this.#uncount(visitor);
      this.#refused(visitor.address, 'hello_timeout', REFUSAL_TEXT.hello_timeout);
      hello.socket.destroy();
    }
    this.#dismissals.sweep(now);
    this.#modules.census.tick(now);
    if (now - this.#filesAt < FILES_MS) return;
    this.#filesAt = now;
    this.#reload(() => this.#tls?.files.changed());
  }

  #reload(read: () => TlsFiles | undefined): void {
    try {
      const files = read();
      if (files === undefined || this.#tls === undefined) return;
      this.#tls.server.setSecureContext(files.context);
      this.#tls.files = files;
    } catch (error) {
      this.#modules.onProblem?.(`the old TLS certificate stays in use: ${messageOf(error)}`);
    }
  }
}

function withDefaults({ host: _host, port: _port, tls: _tls, ...live }: ListenerOptions): Live {
  return { ...DEFAULTS, ...live };
}

function connectionOptions({ lineBytes, outputBytes }: Live, turns: Turns): ConnectionOptions {
  return { lineLimit: lineBytes, outputLimit: outputBytes, turns };
}
