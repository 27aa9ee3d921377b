import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How far a connection has come. Of these states, the first one gives way first. */
type State = 'silent' | 'idle' | 'answering';

/**
 * The places of a server whose requests take a millisecond. A new connection always gets a place: the connection that
 * has been without a whole request for the longest time is closed for it. So idle connections cannot keep a health
 * check out.
 */
export class Places {
  readonly #most: number;
  /** The connections of each state; the one that has been in it longest is first. */
  readonly #by: Readonly<Record<State, Set<Socket>>> = {
    silent: new Set(),
    idle: new Set(),
    answering: new Set(),
  };

  constructor(most: number, server: Server) {
    this.#most = most;
    server.on('connection', (socket: Socket) => {
      socket.once('close', () => this.#forget(socket));
      this.#put(socket, 'silent');
      this.#makeRoom();
    });
    server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.#put(socket, 'answering');
      response.once('finish', () => {
        if (!socket.destroyed) this.#put(socket, 'idle');
      });
    });
  }

  get taken(): number {
    const { silent, idle, answering } = this.#by;
    return silent.size + idle.size + answering.size;
  }

  #put(socket: Socket, state: State): void {
    this.#forget(socket);
    this.#by[state].add(socket);
  }

  #forget(socket: Socket): void {
    for (const set of Object.values(this.#by)) set.delete(socket);
  }

  #makeRoom(): void {
    const { silent, idle, answering } = this.#by;
    while (this.taken > this.#most) {
      // A scraper whose connection is closed connects again; a client that does not read its answer has had its time.
      const [first] = silent.size > 1 ? silent : idle.size > 0 ? idle : answering;
      if (first === undefined) return;
      this.#forget(first);
      first.destroy();
    }
  }
}
