import type { Socket } from 'node:net';
import type { Sending } from './recorded-pool.ts';

/** Recorded pauses are shortened to this. */
const LONGEST_PAUSE_MS = 120_000;

/** Sends bytes one after the other, each after its pause. */
export class Player {
  readonly #socket: Socket;
  readonly #fast: boolean;
  readonly #queue: Sending[] = [];
  #timer: NodeJS.Timeout | undefined;
  #finishing = false;

  constructor(socket: Socket, fast: boolean) {
    this.#socket = socket;
    this.#fast = fast;
  }

  play(sendings: readonly Sending[]): void {
    this.#queue.push(...sendings);
    if (this.#timer === undefined) this.#next();
  }

  /** The miner has ended its half: sends what is still due, and then ends the connection. */
  finish(): void {
    this.#finishing = true;
    if (this.#timer === undefined) this.#next();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#queue.length = 0;
  }

  #next(): void {
    this.#timer = undefined;
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      if (!this.#fast && first.pauseMs > 0) {
        const { bytes, last } = first;
        this.#timer = setTimeout(
          () => {
            this.#queue[0] = { bytes, last, pauseMs: 0 };
            this.#next();
          },
          Math.min(first.pauseMs, LONGEST_PAUSE_MS),
        );
        return;
      }
      this.#queue.shift();
      if (first.bytes.length > 0 && this.#socket.writable) this.#socket.write(first.bytes);
      if (first.last) this.#socket.end();
    }
    if (this.#finishing) this.#socket.end();
  }
}
