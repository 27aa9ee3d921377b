import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { POOL_LIMITS, type PoolLimits } from '@adit/pool';
import { MESSAGE_LIMITS } from '@adit/stratum';
import { until } from '@adit/test-kit/until';

/** Somebody who sends any bytes, and keeps the ones that come. */
export class Stranger {
  readonly socket: Socket;
  /** The TCP socket below TLS. */
  readonly #below: Socket;
  readonly #chunks: Buffer[] = [];
  #closed = false;
  #wake: () => void = () => {};
  #probes = 0;

  private constructor(socket: Socket, below = socket) {
    this.socket = socket;
    this.#below = below;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#wake();
    });
    socket.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
  }

  /** @param more `from`: another of 127.0.0.0/8; `ca`: the certificate of a TLS port */
  static async connect(
    port: number,
    more: { readonly from?: string; readonly ca?: string; readonly allowHalfOpen?: boolean } = {},
  ): Promise<Stranger> {
    const { from: localAddress, ca, allowHalfOpen = false } = more;
    const where = { host: '127.0.0.1', port, ...(localAddress === undefined ? {} : { localAddress }) };
    if (ca === undefined) {
      const socket = connect({ ...where, allowHalfOpen, noDelay: true });
      await once(socket, 'connect');
      return new Stranger(socket);
    }
    const below = connect(where);
    await once(below, 'connect');
    const socket = connectTls({ host: '127.0.0.1', port: await relayTo(below), ca });
    await once(socket, 'secureConnect');
    return new Stranger(socket, below);
  }

  /** All bytes so far. */
  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get text(): string {
    return this.bytes.toString();
  }

  /** Whole lines so far. */
  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }

  get closed(): boolean {
    return this.#closed;
  }

  write(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  /** Sends bytes, and waits until the pool has read them. @returns the lines that came meanwhile */
  async say(bytes: string | Uint8Array): Promise<string[]> {
    this.#probes += 1;
    const probe = `probe ${this.#probes}`;
    const before = this.lines.length;
    this.write(bytes);
    this.write(`\n{"id":"${probe}","method":"mining.extranonce.subscribe","params":[]}\n`);
    const isProbe = (line: string) => line.includes(`"${probe}"`);
    // Hundreds of times in one test: no polling here.
    while (!this.#closed && !this.lines.slice(before).some(isProbe)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.lines.slice(before).filter((line) => !isProbe(line));
  }

  /** Ends with a reset instead of an orderly end. */
  reset(): void {
    this.#below.resetAndDestroy();
  }

  async untilClosed(): Promise<string> {
    await until('the end of the connection', () => this.#closed);
    return this.text;
  }
}

/** For attacks that are not about how much may be sent. */
export const ANY_NUMBER: PoolLimits = {
  ...POOL_LIMITS,
  messages: {
    ...MESSAGE_LIMITS,
    login: { perSecond: 1e6, burst: 1e6 },
    submit: { perSecond: 1e6, burst: 1e6 },
    other: { perSecond: 1e6, burst: 1e6 },
  },
};

/** A port whose first connection is joined to this socket: Node crashes where a socket is reset that TLS holds. */
async function relayTo(below: Socket): Promise<number> {
  const server = createServer((front) => {
    server.close();
    front.pipe(below).pipe(front);
    for (const [one, other] of [
      [front, below],
      [below, front],
    ] as const) {
      one.on('error', () => {});
      one.on('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
