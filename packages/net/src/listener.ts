import { createServer, type Server, type Socket } from 'node:net';
import { AditError } from '@adit/primitives';
import { SERVER_LINE_LIMIT } from '@adit/stratum';
import { Connection, type ConnectionHandler } from './connection.ts';

export interface ListenerOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** In total on this listener. */
  readonly maxConnections?: number;
  readonly maxConnectionsPerAddress?: number;
  /** A line that has begun must end within this time. */
  readonly partialLineMs?: number;
  /** Without any line for so long, a connection is closed. */
  readonly idleMs?: number;
}

export interface ListenerModules {
  /** A new connection: returns what handles it. Throwing refuses it, with the message as the reason. */
  readonly accept: (connection: Connection) => ConnectionHandler;
  readonly onRefused?: (address: string, reason: string) => void;
}

const DEFAULTS = {
  /** 6 to 11 KB each: some hundred megabytes. */
  maxConnections: 20_000,
  /** A farm behind one address has hundreds of machines. */
  maxConnectionsPerAddress: 2_000,
  partialLineMs: 15_000,
  /** Hard shares may be minutes apart, and a miner says nothing else. */
  idleMs: 3_600_000,
};
/** Larger than the seedhash line (370 KB) with room for a second one and the jobs behind it. */
const OUTPUT_LIMIT = 1024 * 1024;
const SWEEP_MS = 1_000;

/** One listening port. */
export class StratumListener {
  readonly #options: Required<ListenerOptions>;
  readonly #modules: ListenerModules;
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  readonly #perAddress = new Map<string, number>();
  #sweep: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: ListenerOptions, modules: ListenerModules) {
    this.#options = { ...DEFAULTS, ...options };
    this.#modules = modules;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#onSocket(socket));
  }

  get connections(): ReadonlySet<Connection> {
    return this.#connections;
  }

  /** @returns the port in use @throws AditError `ADIT_CANNOT_LISTEN` */
  listen(): Promise<number> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        const why = error.code === 'EADDRINUSE' ? 'the port is in use' : error.message;
        reject(
          new AditError('ADIT_CANNOT_LISTEN', `cannot listen on ${host}:${port}: ${why}`, { cause: error }),
        );
      });
      this.#server.listen(port, host, 1024, () => {
        // A connection that could not be accepted (no memory, no file left) must not end the process.
        this.#server.on('error', (error) => this.#modules.onRefused?.('', error.message));
        this.#sweep = setInterval(() => this.#closeSilent(performance.now()), SWEEP_MS);
        this.#sweep.unref();
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  /** Takes no more connections, and reads no more from those that are open; answers still leave. */
  stopAccepting(): void {
    this.#closed ??= new Promise((resolve) => {
      if (this.#server.listening) this.#server.close(() => resolve());
      else resolve();
    });
    for (const connection of this.#connections) connection.pause();
  }

  /** Takes no more connections and closes all. Resolves when what waited for them has been sent. */
  async close(reason: string): Promise<void> {
    clearInterval(this.#sweep);
    this.stopAccepting();
    for (const connection of this.#connections) connection.close(reason);
    await this.#closed;
  }

  #onSocket(socket: Socket): void {
    const connection = new Connection(
      socket,
      { lineLimit: SERVER_LINE_LIMIT, outputLimit: OUTPUT_LIMIT },
      performance.now(),
    );
    const address = connection.remoteAddress;
    const sameAddress = this.#perAddress.get(address) ?? 0;
    const full =
      this.#connections.size >= this.#options.maxConnections
        ? 'the pool is full'
        : sameAddress >= this.#options.maxConnectionsPerAddress
          ? 'too many connections from this address'
          : undefined;
    if (full !== undefined) return this.#refuse(connection, full);
    let handler: ConnectionHandler;
    try {
      handler = this.#modules.accept(connection);
    } catch (error) {
      return this.#refuse(connection, error instanceof Error ? error.message : 'refused');
    }
    this.#connections.add(connection);
    this.#perAddress.set(address, sameAddress + 1);
    connection.start({
      line: (line) => handler.line(line),
      closed: (reason) => {
        this.#forget(connection);
        handler.closed(reason);
      },
    });
  }

  #refuse(connection: Connection, reason: string): void {
    connection.start({ line: () => {}, closed: () => {} });
    connection.send(`{"id":null,"result":null,"error":[20,${JSON.stringify(reason)},null]}\n`);
    connection.close(reason);
    this.#modules.onRefused?.(connection.remoteAddress, reason);
  }

  #forget(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    const left = (this.#perAddress.get(connection.remoteAddress) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(connection.remoteAddress, left);
    else this.#perAddress.delete(connection.remoteAddress);
  }

  /** One timer for all: a connection keeps none of its own. */
  #closeSilent(now: number): void {
    const { partialLineMs, idleMs } = this.#options;
    for (const connection of this.#connections) {
      const since = connection.partialSince;
      if (since !== undefined && now - since > partialLineMs) connection.close('a line did not end in time');
      else if (now - connection.lastLineAt > idleMs) connection.close('idle');
    }
  }
}
