import { createServer, type Server, type Socket } from 'node:net';
import type { ClientTlsOptions } from '@adit/net';
import { type Dialect, parseMessage } from '@adit/stratum';
import { type ListenAddress, listen, requireLoopback, stopListening } from '@adit/wire';
import { dialectOf } from '../dialects/spoken-dialects.ts';
import type { ConversationEvent } from '../recording/recording.ts';
import { TapConnection } from './tap-connection.ts';

export interface TapOptions {
  readonly listen: ListenAddress;
  readonly upstream: { readonly host: string; readonly port: number; readonly tls?: ClientTlsOptions };
  /** Recognised by the messages where left out. */
  readonly dialect?: Dialect;
  /** Lets other machines connect. Everyone who can reach the address can then speak to the pool through the tap. */
  readonly allowRemote?: boolean;
  /** The most open connections; 64 where left out. */
  readonly maxConnections?: number;
  readonly connectTimeoutMs?: number;
}

export interface TapModules {
  /** Called with every event in order, without passwords. A recording holds the same events. */
  readonly onEvent: (event: ConversationEvent) => void;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
}

/** The most connections by default. Each may hold two unfinished lines of 1 MiB. */
const MAX_CONNECTIONS = 64;

/**
 * A man in the middle. Each connection of a miner gets its own connection to the pool, and every byte passes
 * unchanged, passwords too. Events have no passwords.
 */
export class Tap {
  readonly #options: TapOptions;
  readonly #modules: TapModules;
  readonly #server: Server;
  readonly #connections = new Set<TapConnection>();
  readonly #now: () => number;
  #dialect: Dialect | undefined;
  #began = 0;
  #count = 0;
  /** Resolves `close` when the last connection is gone. */
  readonly #emptied: (() => void)[] = [];
  #last = 0;

  /** @throws AditError `ADIT_NOT_LOOPBACK` */
  constructor(options: TapOptions, modules: TapModules) {
    const { listen, allowRemote = false } = options;
    requireLoopback(listen.host, { allowed: allowRemote, option: '--allow-remote' });
    this.#options = options;
    this.#modules = modules;
    this.#now = modules.now ?? (() => performance.now());
    this.#dialect = options.dialect;
    // The socket stays paused until the pool is connected.
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (socket) =>
      this.#accept(socket),
    );
  }

  /** The dialect: as given, or as the messages have shown it. */
  get dialect(): Dialect | undefined {
    return this.#dialect;
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** @returns the port it listens on @throws AditError `ADIT_CANNOT_LISTEN` */
  async start(): Promise<number> {
    this.#began = this.#now();
    return await listen(this.#server, this.#options.listen);
  }

  /** Ends all connections, and stops listening. */
  async stop(): Promise<void> {
    await stopListening(this.#server, () => {
      for (const connection of [...this.#connections]) connection.stop();
    });
    if (this.#connections.size > 0) await new Promise<void>((resolve) => this.#emptied.push(resolve));
  }

  #accept(socket: Socket): void {
    if (this.#connections.size >= (this.#options.maxConnections ?? MAX_CONNECTIONS)) {
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    this.#count += 1;
    const number = this.#count;
    const connection = new TapConnection(
      socket,
      { ...this.#options.upstream, connectTimeoutMs: this.#options.connectTimeoutMs ?? 10_000 },
      {
        onEvent: (event) => this.#tell({ at: this.#at(), connection: number, ...event }),
        onClosed: () => this.#remove(connection),
      },
    );
    this.#connections.add(connection);
    connection.start();
  }

  #remove(connection: TapConnection): void {
    this.#connections.delete(connection);
    if (this.#connections.size === 0) for (const resolve of this.#emptied.splice(0)) resolve();
  }

  #tell(event: ConversationEvent): void {
    if (this.#dialect === undefined && 'line' in event) {
      this.#dialect = dialectOf(parseMessage(Buffer.from(event.line)));
    }
    this.#modules.onEvent(event);
  }

  /** A time that never runs backwards, so that a recording is in order. */
  #at(): number {
    this.#last = Math.max(this.#last, Math.round((this.#now() - this.#began) * 10) / 10);
    return this.#last;
  }
}
