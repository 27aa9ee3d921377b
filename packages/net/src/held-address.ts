import { createServer, type Server, type Socket } from 'node:net';
import { AditError, messageOf } from '@adit/primitives';

/** Connections that may wait for their listener. Further ones are closed, as with a full queue of the kernel. */
const MOST_HELD = 1_024;

/**
 * A listening socket that is not served yet. A program that needs several addresses can first bind them all, and learns
 * whether one is in use, before it answers a connection. Connections that come before that wait, and are handed over
 * unread.
 */
export class HeldAddress {
  /** The server to pass to `StratumListener.listen`, which takes the socket over. */
  readonly server: Server;
  readonly #waiting = new Set<Socket>();
  #released = false;

  private constructor() {
    // The same socket options as in `StratumListener`.
    this.server = createServer(
      { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 },
      (socket) => this.#hold(socket),
    );
  }

  /** @throws AditError `ADIT_CANNOT_LISTEN` */
  static bind({ host, port }: { readonly host: string; readonly port: number }): Promise<HeldAddress> {
    const held = new HeldAddress();
    return new Promise((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException) => reject(cannotListen(host, port, error));
      held.server.once('error', failed);
      held.server.listen({ port, host, backlog: MOST_HELD }, () => {
        held.server.off('error', failed);
        // A failed accept must not end the process.
        held.server.on('error', () => {});
        resolve(held);
      });
    });
  }

  /** Number of connections that wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Hands over the connections that wait. @param to the server that has taken over the listening socket */
  release(to: Server): void {
    this.#released = true;
    for (const socket of this.#waiting) {
      this.#waiting.delete(socket);
      socket.off('close', this.#onClose);
      to.emit('connection', socket);
      socket.off('error', ignore);
    }
  }

  /** Frees the address, and closes the connections that wait. After `release` it does nothing. */
  async close(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    for (const socket of this.#waiting) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  #hold(socket: Socket): void {
    socket.on('error', ignore);
    if (this.#waiting.size >= MOST_HELD) return void socket.destroy();
    this.#waiting.add(socket);
    socket.once('close', this.#onClose);
  }

  readonly #onClose = (): void => {
    for (const socket of this.#waiting) if (socket.destroyed) this.#waiting.delete(socket);
  };
}

/** What the codes of the system mean for somebody who chose the address. */
const WHY: Readonly<Record<string, string>> = {
  EACCES:
    'this user may not open a port below 1024: take a higher one, or give the service CAP_NET_BIND_SERVICE',
  EADDRINUSE: 'the port is in use',
  EADDRNOTAVAIL: 'this machine has no such address',
};

/** The error for an address on which the process cannot listen. */
export function cannotListen(host: string, port: number, error: NodeJS.ErrnoException): AditError {
  const why = WHY[error.code ?? ''] ?? messageOf(error);
  return new AditError('ADIT_CANNOT_LISTEN', `cannot listen on ${host}:${port}: ${why}`, { cause: error });
}

/** Ignores an error, because `close` follows it. */
function ignore(): void {}
