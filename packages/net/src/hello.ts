import type { Socket } from 'node:net';
import { normalAddress } from './address.ts';
import { readProxyHeader } from './proxy-header.ts';

/** The known facts about a connection that has not begun to speak Stratum. */
export interface Visitor {
  /** Address of the peer, or the one that its proxy named. */
  readonly address: string;
  /** True if the census counts it for its address, false if only in the total. */
  readonly placed: boolean;
}

export interface HelloModules {
  /** Whether TLS follows the header. */
  readonly tls: boolean;
  /** A proxy named its client. @returns false if the client is refused, which ends the hello */
  readonly told: (hello: Hello, address: string) => boolean;
  /** The hello of a port without TLS is over. @param rest bytes that were read behind the header */
  readonly plain: (hello: Hello, rest: Buffer) => void;
  /** The socket is paused, and its next byte is the first of a TLS handshake. */
  readonly handshake: (hello: Hello) => void;
  readonly refused: (hello: Hello, because: 'bad_proxy_header' | 'plain_on_tls', detail: string) => void;
  readonly gone: (hello: Hello) => void;
}

const TLS_HANDSHAKE = 0x16;
const NOTHING = Buffer.alloc(0);

/**
 * The beginning of a connection that may start with something else than lines: with a PROXY header if the peer is a
 * proxy, and with a TLS handshake. It exists until the handshake is over.
 */
export class Hello {
  readonly socket: Socket;
  readonly since: number;
  /** Identifies the TCP connection, for all socket objects that stand for it. */
  readonly ends: string;
  visitor: Visitor;
  #bytes: Buffer = NOTHING;
  #header: boolean;
  readonly #modules: HelloModules;

  constructor(
    start: { readonly header: boolean; readonly visitor: Visitor; readonly now: number },
    modules: HelloModules & { readonly socket: Socket },
  ) {
    this.socket = modules.socket;
    this.since = start.now;
    this.visitor = start.visitor;
    this.ends = endsOf(modules.socket);
    this.#header = start.header;
    this.#modules = modules;
    this.socket
      .on('data', this.#onData)
      .on('error', ignore)
      .on('end', this.#onEnd)
      .on('close', this.#onClose);
  }

  /** Stops listening, except for errors: below a TLS socket, nothing else would handle them. */
  release(): void {
    this.#stopReading();
    this.socket.off('close', this.#onClose);
  }

  #stopReading(): void {
    this.socket.off('data', this.#onData).off('end', this.#onEnd);
  }

  readonly #onData = (chunk: Buffer): void => {
    // This is at most one chunk (64 KiB) and a header: bytes that are neither a header nor a handshake end the hello.
    const bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    this.#bytes = bytes;
    if (this.#header && !this.#readHeader(bytes)) return;
    if (!this.#modules.tls) {
      const rest = this.#bytes;
      this.#bytes = NOTHING;
      return this.#modules.plain(this, rest);
    }
    if (this.#bytes.length === 0) return;
    if (this.#bytes[0] !== TLS_HANDSHAKE) {
      return this.#modules.refused(this, 'plain_on_tls', 'the first byte is not that of a TLS handshake');
    }
    this.#stopReading();
    this.socket.pause();
    this.socket.unshift(this.#bytes);
    this.#bytes = NOTHING;
    this.#modules.handshake(this);
  };

  /** @returns true if the header is whole, and its client is not refused */
  #readHeader(bytes: Buffer): boolean {
    const header = readProxyHeader(bytes);
    if (header.kind === 'more') return false;
    if (header.kind === 'bad') {
      this.#modules.refused(this, 'bad_proxy_header', header.why);
      return false;
    }
    this.#header = false;
    this.#bytes = bytes.subarray(header.length);
    return header.address === undefined || this.#modules.told(this, normalAddress(header.address));
  }

  readonly #onEnd = (): void => {
    this.socket.destroy();
  };

  readonly #onClose = (): void => this.#modules.gone(this);
}

/** Addresses and ports of both ends, as a key: a TLS socket does not name the TCP socket below it. */
export function endsOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort} ${socket.localAddress} ${socket.localPort}`;
}

/** Ignores an error, because `close` follows it, and that is enough. */
function ignore(): void {}
