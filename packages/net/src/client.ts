import type { Socket } from 'node:net';
import { AditError, withDefaults } from '@adit/primitives';
import { CLIENT_LINE_LIMIT } from '@adit/stratum';
import { Connection, type ConnectionKeeper } from './connection.ts';
import { type ClientTlsOptions, dial } from './dial.ts';
import { dialFailure } from './dial-failure.ts';
import type { ClientCause, Ending } from './ending.ts';
import { isTlsAlert } from './refusal.ts';
import { Turns } from './turns.ts';

/** Where a client connects, and how long it waits. The result of `parseStratumUrl` fits into it. */
export interface StratumClientOptions {
  readonly host: string;
  readonly port: number;
  /**
   * Longest line in bytes that the client takes. Default `CLIENT_LINE_LIMIT`, enough for the seeds of a TrueHash
   * dataset.
   */
  readonly lineLimit?: number;
  /** Speaks TLS 1.2 or newer, and checks the certificate against the host. */
  readonly tls?: true | ClientTlsOptions;
  /** Time limit for an attempt to connect. Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** First and longest pause between two attempts. Default 1 s and 60 s. */
  readonly firstPauseMs?: number;
  readonly longestPauseMs?: number;
  /** After this silence the client takes the pool for gone: pools send a job about every minute. Default 180 s. */
  readonly silenceMs?: number;
  /**
   * A connection that brought lines for this time was healthy: the next loss begins with a short pause. Default 60 s.
   */
  readonly healthyAfterMs?: number;
}

/**
 * The functions that a client calls, and its source of random numbers.
 * @typeParam Cause causes for which the owner of the client gives a connection up; see `Ending`
 */
export interface StratumClientModules<Cause extends string = ClientCause> {
  /** A connection is open: send the first request. */
  readonly opened: (connection: Connection<ClientCause | Cause>) => void;
  /** One line without its end, a view that is valid only during the call. */
  readonly line: (line: Uint8Array) => void;
  /** A connection was lost, or an attempt failed. The next attempt follows after `pauseMs`. */
  readonly lost: (ending: Ending<ClientCause | Cause>, pauseMs: number, attempt: number) => void;
  readonly random?: () => number;
}

const SWEEP_MS = 5_000;

const DEFAULTS = {
  lineLimit: CLIENT_LINE_LIMIT,
  connectTimeoutMs: 10_000,
  firstPauseMs: 1_000,
  longestPauseMs: 60_000,
  silenceMs: 180_000,
  healthyAfterMs: 60_000,
};

/** Looks at the first bytes of connections without TLS. */
const PLAIN: ConnectionKeeper<ClientCause> = {
  firstBytes: (connection, bytes) => {
    if (!isTlsAlert(bytes)) return true;
    connection.drop({ cause: 'tls_wanted', detail: 'the port speaks TLS' });
    return false;
  },
  firstLine: () => true,
  proved: () => {},
  closed: () => {},
  gone: () => {},
};

/** A time that is not a number would be one millisecond for a timer: a client that never pauses. */
function checkOptions(
  options: Readonly<Record<keyof typeof DEFAULTS, number>> & { readonly port: number },
): void {
  const { port } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new AditError('ADIT_BAD_OPTION', `port must be an integer from 0 to 65535, not ${String(port)}`);
  for (const name of Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]) {
    const value = options[name];
    if (typeof value !== 'number' || !(value > 0))
      throw new AditError('ADIT_BAD_OPTION', `${name} must be a number above 0, not ${String(value)}`);
  }
}

/**
 * A connection that is made again after a loss. The pauses between attempts grow and have jitter, so that a thousand
 * miners do not return in one second. They start short again once the pool was healthy: after `healthyAfterMs`, or at
 * once when the owner calls {@link healthy} (best when the session is `ready`).
 *
 * @typeParam Cause see `StratumClientModules`
 */
export class StratumClient<Cause extends string = ClientCause> {
  readonly #options: Required<Omit<StratumClientOptions, 'tls'>> & Pick<StratumClientOptions, 'tls'>;
  readonly #modules: StratumClientModules<Cause>;
  readonly #turns = new Turns();
  #connection: Connection<ClientCause | Cause> | undefined;
  #socket: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  #port: number;
  #failures = 0;
  #openedAt = 0;
  #stopped = false;

  /**
   * @param options an option that is undefined takes its default
   * @throws AditError `ADIT_BAD_OPTION` for a port that is not one, or a time or limit that is not a number above 0
   */
  constructor(options: StratumClientOptions, modules: StratumClientModules<Cause>) {
    this.#options = withDefaults(DEFAULTS, options);
    checkOptions(this.#options);
    this.#modules = modules;
    this.#port = options.port;
  }

  /** Sets the port for the next connection. If that attempt fails, the client returns to the port of its options. */
  moveTo(port: number): void {
    this.#port = port;
  }

  /** Starts to connect. */
  start(): void {
    this.#stopped = false;
    this.#connect();
  }

  /** Sends whole lines. Without a connection, they are dropped. */
  send(data: string): void {
    this.#connection?.send(data);
  }

  /** The pool works: the next loss begins with a short pause again. */
  healthy(): void {
    this.#failures = 0;
  }

  /** Gives this connection up, and makes a new one after the usual pause, or after `atLeastMs` if that is longer. */
  reconnect(ending: Ending<ClientCause | Cause>, atLeastMs = 0): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#connection = undefined;
    this.#noteHealth(connection);
    connection.close(ending);
    this.#retry(ending, atLeastMs);
  }

  /** Ends the connection and all attempts. `start` begins again. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.close({ cause: 'stopped', detail: 'this side stops' });
    if (connection === undefined) this.#socket?.destroy();
  }

  #connect(): void {
    const { host, connectTimeoutMs, tls } = this.#options;
    const { socket, opened } = dial({
      host,
      port: this.#port,
      ...(tls === undefined ? {} : { tls: tls === true ? {} : tls }),
    });
    this.#socket = socket;
    let failed = false;
    const fail = (ending: Ending<ClientCause>) => {
      if (failed) return;
      failed = true;
      this.#port = this.#options.port;
      socket.destroy();
      this.#retry(ending);
    };
    socket.setTimeout(connectTimeoutMs, () => fail({ cause: 'no_answer', detail: 'no answer' }));
    socket.once('error', (error) => fail(dialFailure(error, tls !== undefined)));
    socket.once(opened, () => {
      if (failed || this.#stopped) return socket.destroy();
      socket.setTimeout(0);
      socket.removeAllListeners('error');
      this.#onOpen(socket);
    });
  }

  #onOpen(socket: Socket): void {
    const { lineLimit, silenceMs } = this.#options;
    const connection = new Connection<ClientCause | Cause>(
      socket,
      { lineLimit, outputLimit: 1024 * 1024, turns: this.#turns },
      performance.now(),
    );
    this.#connection = connection;
    connection.start(
      {
        line: (line) => {
          if (this.#connection === connection) this.#modules.line(line);
        },
        closed: (ending) => {
          if (this.#connection !== connection) return;
          this.#connection = undefined;
          this.#noteHealth(connection);
          this.#retry(ending);
        },
      },
      this.#options.tls === undefined ? PLAIN : undefined,
    );
    clearInterval(this.#watch);
    this.#watch = setInterval(
      () => {
        if (performance.now() - connection.lastLineAt <= silenceMs) return;
        this.reconnect({ cause: 'silent', detail: 'the pool has gone silent' });
      },
      Math.min(SWEEP_MS, silenceMs),
    );
    this.#openedAt = performance.now();
    this.#modules.opened(connection);
  }

  /** Without this, losses months apart would add up to a long pause if the owner never calls `healthy`. */
  #noteHealth({ lastLineAt }: { readonly lastLineAt: number }): void {
    if (lastLineAt - this.#openedAt >= this.#options.healthyAfterMs) this.healthy();
  }

  #retry(ending: Ending<ClientCause | Cause>, atLeastMs = 0): void {
    clearInterval(this.#watch);
    if (this.#stopped) return;
    const { firstPauseMs, longestPauseMs } = this.#options;
    const ceiling = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(this.#failures, 16));
    // Jitter: between half of the ceiling and the whole of it.
    const pause = Math.max(
      atLeastMs,
      Math.round(ceiling * (0.5 + 0.5 * (this.#modules.random ?? Math.random)())),
    );
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#connect(), pause);
    this.#modules.lost(ending, pause, this.#failures);
  }
}
