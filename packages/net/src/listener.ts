import { createServer, type Server, type Socket } from 'node:net';
import { AddressSet, normalAddress } from './address.ts';
import type { CertificateLife } from './certificate-life.ts';
import {
  Connection,
  type ConnectionHandler,
  type ConnectionKeeper,
  type ConnectionOptions,
} from './connection.ts';
import { Dismissals } from './dismissals.ts';
import type { Ending, NetCause } from './ending.ts';
import { cannotListen } from './held-address.ts';
import { Hello, type HelloModules, type Visitor } from './hello.ts';
import {
  type ListenerModules,
  type ListenerOptions,
  type ListenerTurns,
  type LiveOptions,
  listenerTurns,
  withDefaults,
} from './listener-options.ts';
import {
  httpRefusal,
  otherProtocol,
  REFUSAL_TEXT,
  type RefusedBecause,
  refusalLine,
  TLS_ACCESS_DENIED,
  TLS_HANDSHAKE_FAILURE,
} from './refusal.ts';
import { LEFT_IN_HANDSHAKE, TlsDoor } from './tls-door.ts';
import type { TlsFileNames } from './tls-files.ts';
import type { Turns } from './turns.ts';

const SWEEP_MS = 1_000;
/** Time between two checks of the TLS files. Each check costs two calls to the file system. */
const FILES_MS = 3_000;
/**
 * Connections that may wait for an accept while the process is busy: seconds of normal load. The kernel may take fewer.
 */
const BACKLOG = 1_024;
const TLS_HANDSHAKE = 0x16;
/**
 * Silence after which the kernel probes whether the line still works, if no sent data waits for its acknowledgement.
 */
const KEEP_ALIVE_MS = 20_000;

/** The ending that `close` uses if the caller gives none. */
const STOPPED: Ending = { cause: 'stopped', detail: 'this side stops' };

/** A listening port and its connections. @typeParam Cause see `Ending` */
export class StratumListener<Cause extends string = NetCause> {
  readonly #host: string;
  readonly #port: number;
  #live: LiveOptions;
  readonly #turns: ListenerTurns;
  #connectionOptions: ConnectionOptions;
  #proxies: AddressSet;
  readonly #modules: ListenerModules<Cause>;
  readonly #server: Server;
  readonly #tls: TlsDoor | undefined;
  readonly #helloModules: HelloModules;
  readonly #keeper: ConnectionKeeper<Cause> = {
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
    proved: (connection, proof) => this.#modules.census.prove(connection, proof, performance.now()),
    closed: (connection) => this.#connections.delete(connection),
    gone: (connection) => {
      if (this.#unplaced.delete(connection)) this.#modules.census.release();
      else this.#modules.census.exit(connection);
    },
  };
  readonly #connections = new Set<Connection<Cause>>();
  /** Connections of proxies that speak for themselves. They count only in the total. */
  readonly #unplaced = new Set<Connection<Cause>>();
  /** The eldest is in front. The census bounds them, like the connections. */
  readonly #hellos = new Set<Hello>();
  readonly #dismissals = new Dismissals();
  #sweep: NodeJS.Timeout | undefined;
  #filesAt = 0;
  #closed: Promise<void> | undefined;
  #stopped = false;

  /** @throws AditError `ADIT_TLS_FILES`, `ADIT_BAD_ADDRESS` (an entry of `proxies`) */
  constructor(options: ListenerOptions, modules: ListenerModules<Cause>) {
    this.#host = options.host;
    this.#port = options.port;
    this.#modules = modules;
    this.#live = withDefaults(options);
    this.#turns = modules.turns ?? listenerTurns();
    this.#connectionOptions = connectionOptions(this.#live, this.#turns.lines);
    this.#proxies = new AddressSet(this.#live.proxies);
    if (options.tls !== undefined) this.#tls = this.#tlsDoor(options.tls);
    this.#helloModules = {
      tls: this.#tls !== undefined,
      told: (hello, address) => this.#onTold(hello, address),
      plain: (hello, rest) => this.#open(hello.socket, this.#take(hello), rest),
      handshake: (hello) => this.#tls?.enter(hello, () => this.#hellos.has(hello)),
      refused: (hello, because, detail) => this.#refuseHello(hello, because, detail),
      gone: (hello) => this.#onGone(hello),
    };
    this.#server = createServer(
      { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS },
      (socket) => this.#onSocket(socket),
    );
  }

  get connections(): ReadonlySet<Connection<Cause>> {
    return this.#connections;
  }

  /** When the certificate of the port counts; undefined without TLS. */
  get certificate(): CertificateLife | undefined {
    return this.#tls?.certificate;
  }

  /** The raw TCP server, for handing it to another process. */
  get server(): Server {
    return this.#server;
  }

  /**
   * Begins to accept connections.
   * @param inherited a listening socket from another process, or from the one that started this one; host and port then
   *   appear only in errors. A `net.Server` accepts as soon as it was received: call this in the same turn of the event
   *   loop, or connections that come before are lost. A descriptor can wait.
   * @returns the port in use
   * @throws AditError `ADIT_CANNOT_LISTEN`
   */
  listen(inherited?: Server | { readonly fd: number }): Promise<number> {
    return new Promise((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException) => reject(cannotListen(this.#host, this.#port, error));
      this.#server.once('error', failed);
      const listening = () => {
        this.#server.off('error', failed);
        // A failed accept (no memory, no file descriptor) must not end the process.
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
   * Takes new limits, times, proxies and TLS files while connections are open. Host, port, and whether the port speaks
   * TLS, stay as they are. If the TLS files cannot be used, `onProblem` is called, and the old ones stay in use.
   * @throws AditError `ADIT_BAD_ADDRESS` for an entry of `proxies`; then nothing has changed
   */
  update(options: ListenerOptions): void {
    const live = withDefaults(options);
    this.#proxies = new AddressSet(live.proxies);
    this.#live = live;
    this.#connectionOptions = connectionOptions(live, this.#turns.lines);
    if (options.tls !== undefined) this.#tls?.refresh(options.tls);
  }

  /** Closes the listening socket of this process only. Open connections go on, and are read. */
  stopListening(): void {
    this.#closed ??= new Promise((resolve) => {
      if (this.#server.listening) this.#server.close(() => resolve());
      else resolve();
    });
  }

  /** Takes no more connections, and reads nothing more from open ones. Answers are still sent. */
  stopAccepting(): void {
    this.stopListening();
    this.#stopped = true;
    for (const hello of this.#hellos) hello.socket.destroy();
    for (const connection of this.#connections) connection.pause();
  }

  /** Takes no more connections, sends what waits, and closes all. Resolves when all are closed. */
  async close(ending: Ending<NetCause | Cause> = STOPPED): Promise<void> {
    this.stopAccepting();
    for (const connection of this.#connections) connection.close(ending);
    await this.#closed;
    clearInterval(this.#sweep);
  }

  // --- new connections

  #onSocket(socket: Socket): void {
    const peer = normalAddress(socket.remoteAddress ?? '');
    // The peer is gone already, or the connection was still in the kernel's queue when the listener stopped.
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

  /** Ends a hello. @returns its visitor */
  #take(hello: Hello): Visitor {
    if (this.#hellos.delete(hello)) {
      hello.release();
      this.#tls?.leave(hello);
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
    const shaking = this.#tls?.leave(hello) === true;
    const visitor = this.#take(hello);
    this.#uncount(visitor);
    if (shaking) this.#refused(visitor.address, 'tls_failed', LEFT_IN_HANDSHAKE);
  }

  #open(socket: Socket, visitor: Visitor, rest?: Buffer): void {
    const { address, placed } = visitor;
    const connection = new Connection<Cause>(socket, this.#connectionOptions, performance.now(), address);
    let handler: ConnectionHandler<Cause>;
    try {
      handler = this.#modules.accept(connection);
    } catch (error) {
      this.#uncount(visitor);
      const detail = error instanceof Error ? error.message : REFUSAL_TEXT.refused;
      return this.#dismiss(socket, address, 'refused', detail);
    }
    if (placed) this.#modules.census.enter(connection, connection.lastLineAt);
    else this.#unplaced.add(connection);
    this.#connections.add(connection);
    connection.start(handler, this.#keeper);
    if (rest !== undefined) connection.feed(rest);
  }

  #tlsDoor(files: TlsFileNames): TlsDoor {
    return new TlsDoor(files, {
      turns: this.#turns.handshakes,
      secure: (hello, socket) => this.#open(socket, this.#take(hello)),
      failed: (hello, detail) => {
        const visitor = this.#take(hello);
        hello.socket.destroy();
        this.#uncount(visitor);
        this.#refused(visitor.address, 'tls_failed', detail);
      },
      onProblem: this.#modules.onProblem,
      onCertificate: this.#modules.onCertificate,
    });
  }

  // --- refusals

  #refuseHello(hello: Hello, because: RefusedBecause, detail: string, address?: string): void {
    const visitor = this.#take(hello);
    this.#uncount(visitor);
    this.#dismiss(hello.socket, address ?? visitor.address, because, detail);
  }

  /** Sends the reason and closes, for a socket without a `Connection`. */
  #dismiss(socket: Socket, address: string, because: RefusedBecause, detail = REFUSAL_TEXT[because]): void {
    this.#refused(address, because, detail);
    const said = because === 'banned' || because === 'refused' ? detail : REFUSAL_TEXT[because];
    const readable = this.#tls === undefined || because === 'plain_on_tls' || 'encrypted' in socket;
    this.#dismissals.add(socket, readable ? refusalLine(said) : TLS_ACCESS_DENIED, performance.now());
  }

  /** Closes a connection that was accepted, but does not speak the protocol of this port. */
  #turnAway(connection: Connection<Cause>, because: RefusedBecause, words: string | Uint8Array): false {
    connection.send(words);
    connection.close({ cause: 'refused', detail: REFUSAL_TEXT[because] });
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
        connection.close({ cause: 'partial_line', detail: 'a line did not end in time' });
      else if (now - lastLineAt > idleMs)
        connection.close({ cause: 'idle', detail: 'no line came for too long' });
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
    this.#tls?.refresh();
  }
}

function connectionOptions({ lineBytes, outputBytes }: LiveOptions, turns: Turns): ConnectionOptions {
  return { lineLimit: lineBytes, outputLimit: outputBytes, turns };
}
