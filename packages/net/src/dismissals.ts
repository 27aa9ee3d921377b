import type { Socket } from 'node:net';

/** Each costs some KB; who sends more than this in two seconds needs no words. */
const MOST = 1_024;
const LINGER_MS = 2_000;

/** Sockets that get one last word and are closed, within a bounded time and number. */
export class Dismissals {
  /** When each began; eldest in front. */
  readonly #since = new Map<Socket, number>();

  add(socket: Socket, words: string | Uint8Array, now: number): void {
    socket.on('error', ignore);
    if (this.#since.size >= MOST) return void socket.destroy();
    this.#since.set(socket, now);
    socket.once('close', () => this.#since.delete(socket));
    // What it still sends must be read: an unread byte turns the end into a reset, which eats the words.
    socket.resume();
    socket.end(words);
  }

  /** Ends those whose time is over. */
  sweep(now: number): void {
    for (const [socket, since] of this.#since) {
      if (now - since <= LINGER_MS) return;
      socket.destroy();
    }
  }
}

function ignore(): void {}
