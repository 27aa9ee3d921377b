import type { Socket } from 'node:net';
import { normalAddress } from './address.ts';
import { readProxyHeader } from './proxy-header.ts';

/** What is known of a connection that has not begun to speak Stratum. */
export interface Visitor {
  /** The peer's, or the one that its proxy told. */
  readonly address: string;
  /** Counted by its address; otherwise in the total only. */
  readonly placed: boolean;
}

export interface HelloModules {
  /** Whether TLS comes behind the header. */
  readonly tls: boolean;
  /** A proxy told for whom it speaks. @returns false where that one is refused: the hello is over */
  readonly told: (hello: Hello, address: string) => boolean;
  /** Plain: the hello is over. @param rest what was read behind the header */
  readonly plain: (hello: Hello, rest: Buffer) => void;
  /** The socket is paused, and its next byte is the first of a TLS handshake. */
  readonly handshake: (hello: Hello) => void;
  readonly refused: (hello: Hello, because: 'bad_proxy_header' | 'plain_on_tls', detail: string) => void;
  readonly gone: (hello: Hello) => void;
}

const TLS_HANDSHAKE = 0x16;
const NOTHING = Buffer.alloc(0);

/**
 * The beginning of a connection where more than lines may come: a PROXY header, where the peer is a proxy,
 * and the first byte of a TLS handshake. Lives until the handshake is over.
 */
export class Hello {
  readonly socket: Socket;
  readonly since: number;
  /** Names the TCP connection, whichever object stands for it. */
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

  /** Listens no more. Errors are still ignored: below a TLS socket nobody else looks at them. */
  release(): void {
    this.#stopReading();
    this.socket.off('close', this.#onClose);
  }

  #stopReading(): void {
    this.socket.off('data', this.#onData).off('end', this.#onEnd);
  }

  readonly #onData = (chunk: Buffer): void => {
    // At most one chunk (64 KiB) and a header: whatever is no header and no handshake ends this at once.
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

  /** @returns whether it is whole, and the visitor may come in */
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

/** The addresses and ports of both ends: a TLS socket does not name the one below it. */
export function endsOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort} ${socket.localAddress} ${socket.localPort}`;
}

/** `close` follows, and says all that is to be known. */
function ignore(): void {}
