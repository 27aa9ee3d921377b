import type { Socket } from 'node:net';
import { Connection } from './connection.ts';
import { type ClientTlsOptions, dial } from './dial.ts';
import { Turns } from './turns.ts';

export interface StratumClientOptions {
  readonly host: string;
  readonly port: number;
  readonly lineLimit: number;
  /** Speaks TLS 1.2 or newer, and checks the certificate against the host. */
  readonly tls?: ClientTlsOptions;
  readonly connectTimeoutMs?: number;
  /** First and longest pause between two attempts. */
  readonly firstPauseMs?: number;
  readonly longestPauseMs?: number;
  /** Silence for so long means that the other side is gone: pools send jobs every minute. */
  readonly silenceMs?: number;
}

export interface StratumClientModules {
  readonly opened: (connection: Connection) => void;
  readonly line: (line: Uint8Array) => void;
  /** Connection lost, or an attempt failed; the next attempt follows after `pauseMs`. */
  readonly lost: (reason: string, pauseMs: number, attempt: number) => void;
  readonly random?: () => number;
}

const SWEEP_MS = 5_000;

/**
 * A connection that comes back: after a loss it tries again with growing pauses and jitter, so that a
 * thousand miners do not return in one second.
 */
export class StratumClient {
  readonly #options: Required<Omit<StratumClientOptions, 'tls'>> & Pick<StratumClientOptions, 'tls'>;
  readonly #modules: StratumClientModules;
  readonly #turns = new Turns();
  #connection: Connection | undefined;
  #socket: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  #port: number;
  #failures = 0;
  #stopped = false;

  constructor(options: StratumClientOptions, modules: StratumClientModules) {
    this.#options = {
      connectTimeoutMs: 10_000,
      firstPauseMs: 1_000,
      longestPauseMs: 60_000,
      silenceMs: 180_000,
      ...options,
    };
    this.#modules = modules;
    this.#port = options.port;
  }

  /** The port for the next connection. Where nobody answers there, the one that was given is tried again. */
  moveTo(port: number): void {
    this.#port = port;
  }

  start(): void {
    this.#stopped = false;
    this.#connect();
  }

  send(data: string): void {
    this.#connection?.send(data);
  }

  /** The other side is well: the next loss begins with a short pause again. */
  healthy(): void {
    this.#failures = 0;
  }

  /** Gives this connection up and makes a new one after the usual pause, or a longer one. */
  reconnect(reason: string, atLeastMs = 0): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#connection = undefined;
    connection.close(reason);
    this.#retry(reason, atLeastMs);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.close('stopped');
    if (connection === undefined) this.#socket?.destroy();
  }

  #connect(): void {
    const { host, connectTimeoutMs, tls } = this.#options;
    const { socket, opened } = dial({ host, port: this.#port, ...(tls === undefined ? {} : { tls }) });
    this.#socket = socket;
    let failed = false;
    const fail = (reason: string) => {
      if (failed) return;
      failed = true;
      this.#port = this.#options.port;
      socket.destroy();
      this.#retry(reason);
    };
    socket.setTimeout(connectTimeoutMs, () => fail('no answer'));
    socket.once('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
    socket.once(opened, () => {
      if (failed || this.#stopped) return socket.destroy();
      socket.setTimeout(0);
      socket.removeAllListeners('error');
      this.#onOpen(socket);
    });
  }

  #onOpen(socket: Socket): void {
    const { lineLimit, silenceMs } = this.#options;
    const connection = new Connection(
      socket,
      { lineLimit, outputLimit: 1024 * 1024, turns: this.#turns },
      performance.now(),
    );
    this.#connection = connection;
    connection.start({
      line: (line) => {
        if (this.#connection === connection) this.#modules.line(line);
      },
      closed: (reason) => {
        if (this.#connection !== connection) return;
        this.#connection = undefined;
        this.#retry(reason);
      },
    });
    clearInterval(this.#watch);
    this.#watch = setInterval(
      () => {
        if (performance.now() - connection.lastLineAt > silenceMs) this.reconnect('the pool has gone silent');
      },
      Math.min(SWEEP_MS, silenceMs),
    );
    this.#modules.opened(connection);
  }

  #retry(reason: string, atLeastMs = 0): void {
    clearInterval(this.#watch);
    if (this.#stopped) return;
    const { firstPauseMs, longestPauseMs } = this.#options;
    const ceiling = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(this.#failures, 16));
    // Between half and all of the ceiling.
    const pause = Math.max(
      atLeastMs,
      Math.round(ceiling * (0.5 + 0.5 * (this.#modules.random ?? Math.random)())),
    );
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#connect(), pause);
    this.#modules.lost(reason, pause, this.#failures);
  }
}
