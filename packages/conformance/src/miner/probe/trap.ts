import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { LineSplitter, parseMessage, reconnectLine, resultLine } from '@adit/stratum';
import type { MinerProbe } from './miner-probe.ts';

/** The most open connections: one miner has one, or two while it reconnects. */
const MAX_CONNECTIONS = 8;
/** A login has short lines. */
const LINE_LIMIT_BYTES = 16 * 1024;

/** The address by which the miner knows the probe. */
export interface Home {
  readonly host: string;
  readonly port: number;
}

/**
 * Another host to which a check asks the miner to go. It counts who comes, and sends them home: a miner that has followed
 * would otherwise stay there, and the checks after this one would find nobody.
 */
export class Trap {
  visitors = 0;
  readonly #server: Server;
  readonly #probe: MinerProbe;
  readonly #home: Home;
  readonly #sockets = new Set<Socket>();

  private constructor(probe: MinerProbe, home: Home) {
    this.#probe = probe;
    this.#home = home;
    this.#server = createServer((socket) => this.#onSocket(socket));
    this.#server.on('error', () => {});
  }

  /** Listens on any port of an address of this machine. Where the system does not have the address nobody comes. */
  static async open(host: string, probe: MinerProbe, home: Home): Promise<Trap> {
    const trap = new Trap(probe, home);
    trap.#server.listen(0, host);
    await Promise.race([once(trap.#server, 'listening'), once(trap.#server, 'close')]).catch(() => {});
    return trap;
  }

  /** The port that it listens on; that of the probe where it cannot listen. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : this.#probe.port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #onSocket(socket: Socket): void {
    this.visitors += 1;
    if (this.#sockets.size >= MAX_CONNECTIONS) return void socket.destroy();
    const splitter = new LineSplitter(LINE_LIMIT_BYTES);
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      const { lines, tooLong } = splitter.push(chunk);
      for (const line of lines) this.#onLine(socket, line);
      if (tooLong) socket.destroy();
    });
  }

  /** A miner listens to client.reconnect when it has logged in. */
  #onLine(socket: Socket, line: Uint8Array): void {
    const message = parseMessage(line);
    if (message.kind !== 'request' || !socket.writable) return;
    const { dialect } = this.#probe;
    if (message.method === 'mining.subscribe') {
      const nonce1 = crypto.getRandomValues(new Uint8Array(dialect.nonce1Bytes));
      socket.write(resultLine(message.id, dialect.subscribeResult(null, nonce1)));
    } else if (message.method === 'mining.authorize') {
      socket.write(resultLine(message.id, true));
      socket.write(reconnectLine({ ...this.#home, waitSeconds: 0 }));
    }
  }
}
