import { createServer, type Server, type Socket } from 'node:net';
import { AditError, messageOf } from '@adit/primitives';

/** Longest queue of those who come before anybody serves them; whoever comes then is closed, as by a full kernel queue. */
const MOST_HELD = 1_024;

/**
 * A listening socket that nobody serves yet: whoever needs several addresses has them all, or knows that one cannot be
 * had, before the first connection is answered. Connections that come meanwhile wait and are handed over unread.
 */
export class HeldAddress {
  /** For `StratumListener.listen`, which takes the socket over. */
  readonly server: Server;
  readonly #waiting = new Set<Socket>();
  #released = false;

  private constructor() {
    // As `StratumListener` wants its sockets.
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
        // A connection that could not be accepted must not end the process.
        held.server.on('error', () => {});
        resolve(held);
      });
    });
  }

  /** Connections that wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Hands over who waits. @param to what has taken the listening socket over */
  release(to: Server): void {
    this.#released = true;
    for (const socket of this.#waiting) {
      this.#waiting.delete(socket);
      socket.off('close', this.#onClose);
      to.emit('connection', socket);
      socket.off('error', ignore);
    }
  }

  /** Lets the address go, and those who wait; does nothing after `release`. */
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

/** What is said where an address cannot be had. */
export function cannotListen(host: string, port: number, error: NodeJS.ErrnoException): AditError {
  const why = error.code === 'EADDRINUSE' ? 'the port is in use' : messageOf(error);
  return new AditError('ADIT_CANNOT_LISTEN', `cannot listen on ${host}:${port}: ${why}`, { cause: error });
}

/** `close` follows. */
function ignore(): void {}
