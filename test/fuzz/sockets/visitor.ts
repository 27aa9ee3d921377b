import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Random } from '@adit/test-kit/random';

/** One connection that sends any bytes in any chunks, and keeps the lines that it receives. */
export class Visitor {
  readonly #socket: Socket;
  #text = '';
  closed = false;
  readonly lines: string[] = [];
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('error', () => {});
    socket.on('data', (chunk: string) => {
      const parts = (this.#text + chunk).split('\n');
      this.#text = parts.pop() ?? '';
      this.lines.push(...parts);
      this.#wake();
    });
    socket.on('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  static async connect(port: number): Promise<Visitor> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    return new Visitor(socket);
  }

  /** Writes in chunks of any size, with pauses in which the other side can read them one by one. */
  async send(stream: string, random: Random): Promise<void> {
    const bytes = Buffer.from(stream, 'latin1');
    const most = random.chance(2) ? bytes.length : 1 + random.below(400);
    for (let from = 0; from < bytes.length && !this.closed; ) {
      const to = from + 1 + random.below(most);
      this.#socket.write(bytes.subarray(from, to));
      from = to;
      if (random.chance(3)) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Waits for a condition. @returns false if it was not true in time */
  async until(condition: () => boolean, ms: number): Promise<boolean> {
    const end = performance.now() + ms;
    while (!condition()) {
      const left = end - performance.now();
      if (left <= 0) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return true;
  }

  leave(random: Random): void {
    if (random.chance(3)) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }
}
