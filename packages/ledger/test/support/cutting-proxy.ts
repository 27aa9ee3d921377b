import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** When the connection is cut: as a commit arrives, or when the server has answered it. Null: never. */
type Cut = 'before_commit' | 'after_commit' | null;

/** Stands between a client and a PostgreSQL server, and cuts a connection at the moment that a test names, once. */
export class CuttingProxy {
  readonly #server: Server;
  #cut: Cut = null;

  private constructor(socket: string) {
    this.#server = createServer((client) => this.#join(client, connect(socket)));
  }

  static async start(socket: string): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(socket);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** Cuts at the next commit. */
  cutNext(cut: Exclude<Cut, null>): void {
    this.#cut = cut;
  }

  /** The same database by way of this proxy. */
  through(url: string): string {
    const address = this.#server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    return url.replace(/@\/(\w+)\?.*$/, `@127.0.0.1:${port}/$1`);
  }

  close(): void {
    this.#server.close();
  }

  #join(client: Socket, server: Socket): void {
    let isAnswerLost = false;
    const end = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      socket.on('error', end);
      socket.on('close', end);
    }
    client.on('data', (bytes) => {
      const cut = bytes.includes('COMMIT\0') ? this.#cut : null;
      if (cut !== null) this.#cut = null;
      if (cut === 'before_commit') return end();
      isAnswerLost = cut === 'after_commit';
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (isAnswerLost) end();
      else client.write(bytes);
    });
  }
}
