import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { LineSplitter } from '@adit/stratum';

export interface Answer {
  readonly id: unknown;
  readonly result: unknown;
  readonly error: unknown;
}

/** The code of an answer's error, or the error itself where it is none (null). */
export function codeOf(answer: { error: unknown }): unknown {
  return Array.isArray(answer.error) ? answer.error[0] : answer.error;
}

/** The sentence of an answer's error, empty where there is none. */
export function textOf(answer: { error: unknown }): string {
  return Array.isArray(answer.error) ? String(answer.error[1]) : '';
}

export interface Notification {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** A bare client that sends what a test wants and remembers what comes. */
export class LineClient {
  readonly notifications: Notification[] = [];
  readonly answers: Answer[] = [];
  readonly #socket: Socket;
  readonly #waiting = new Map<unknown, (answer: Answer) => void>();
  #nextId = 1;
  #ended = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const splitter = new LineSplitter(1 << 20);
    socket.setMaxListeners(0);
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#ended = true;
    });
    socket.on('data', (chunk) => {
      for (const line of splitter.push(chunk).lines) this.#onLine(Buffer.from(line).toString());
    });
  }

  /** @param localAddress who it is to the pool: another of 127.0.0.0/8 is somebody else */
  static async connect(port: number, localAddress?: string): Promise<LineClient> {
    const socket = connect({
      host: '127.0.0.1',
      port,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    await once(socket, 'connect');
    return new LineClient(socket);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The newest notification of a method. */
  last(method: string): readonly unknown[] | undefined {
    return this.notifications.findLast((notification) => notification.method === method)?.params;
  }

  count(method: string): number {
    return this.notifications.filter((notification) => notification.method === method).length;
  }

  write(text: string | Uint8Array): void {
    this.#socket.write(text);
  }

  /** Says no more, and reads on. */
  end(text: string): void {
    this.#socket.end(text);
  }

  /** Sends a request and waits for the answer with its id. Rejects when the connection ends first. */
  request(method: string, params: readonly unknown[]): Promise<Answer> {
    const id = this.#nextId;
    this.#nextId += 1;
    this.write(`${JSON.stringify({ id, method, params })}\n`);
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`the connection ended before ${method} was answered`));
      // Where it has ended already, nothing tells so again.
      if (this.#ended) return ended();
      this.#waiting.set(id, resolve);
      this.#socket.once('close', ended);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #onLine(text: string): void {
    const message = JSON.parse(text) as Partial<Answer & Notification>;
    if (typeof message.method === 'string') {
      this.notifications.push({ method: message.method, params: message.params ?? [] });
      return;
    }
    const answer: Answer = { id: message.id, result: message.result, error: message.error };
    this.answers.push(answer);
    this.#waiting.get(answer.id)?.(answer);
    this.#waiting.delete(answer.id);
  }
}
