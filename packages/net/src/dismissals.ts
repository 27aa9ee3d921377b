import type { Socket } from 'node:net';

/** Sockets that may wait for their end at once. Each costs some KB. In a larger flood, further ones get no reason. */
const MOST = 1_024;
const LINGER_MS = 2_000;

/** Sockets that get a reason and are then closed, bounded in time and number. */
export class Dismissals {
  /** When each was added; the eldest is in front. */
  readonly #since = new Map<Socket, number>();

  add(socket: Socket, words: string | Uint8Array, now: number): void {
    socket.on('error', ignore);
    if (this.#since.size >= MOST) return void socket.destroy();
    this.#since.set(socket, now);
    socket.once('close', () => this.#since.delete(socket));
    // Read what the peer still sends: with unread bytes, the kernel would send a reset, and the reason could be lost.
    socket.resume();
    socket.end(words);
  }

  /** Destroys sockets whose time is over. */
  sweep(now: number): void {
    for (const [socket, since] of this.#since) {
      if (now - since <= LINGER_MS) return;
      socket.destroy();
    }
  }
}

function ignore(): void {}
