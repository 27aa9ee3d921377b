import type { Socket } from 'node:net';
import { createServer, type TLSSocket, type Server as TlsServer } from 'node:tls';
import { messageOf } from '@adit/primitives';
import { fairGroupOf } from './address.ts';
import type { CertificateLife } from './certificate-life.ts';
import { endsOf, type Hello } from './hello.ts';
import { type TlsFileNames, TlsFiles } from './tls-files.ts';
import type { TurnLimits, Turns } from './turns.ts';

export interface TlsDoorModules {
  /** One handshake is one turn. */
  readonly turns: Turns;
  /** The handshake is over. */
  readonly secure: (hello: Hello, socket: TLSSocket) => void;
  readonly failed: (hello: Hello, detail: string) => void;
  /** Reports a problem that the operator should know. */
  readonly onProblem?: ((detail: string) => void) | undefined;
  /** New files are in use from now on. */
  readonly onCertificate?: ((life: CertificateLife) => void) | undefined;
}

/** A handshake costs 1 ms (ECDSA) to 2 ms (RSA), as much as a hundred lines. */
export const HANDSHAKES: TurnLimits = {
  most: 2,
  mostOfAll: 8,
  least: 1,
  // The expensive work with the key happens after the turn in which a handshake begins, so time cannot be measured
  // here.
  mostMs: Number.POSITIVE_INFINITY,
  mostMsOfAll: Number.POSITIVE_INFINITY,
  leastMs: Number.POSITIVE_INFINITY,
};

/** Miners that do not trust a certificate mostly say nothing, and hang up. */
export const LEFT_IN_HANDSHAKE = 'the client left during the handshake: does it trust the certificate?';

/** Makes the TLS handshakes of a port, a few in each turn of the event loop, and keeps the certificate up to date. */
export class TlsDoor {
  readonly #modules: TlsDoorModules;
  readonly #server: TlsServer;
  /** Connections in a handshake, by the ends of their socket: a TLS socket does not name the TCP socket below it. */
  readonly #handshakes = new Map<string, Hello>();
  #files: TlsFiles;

  /** @throws AditError `ADIT_TLS_FILES` */
  constructor(options: TlsFileNames, modules: TlsDoorModules) {
    this.#modules = modules;
    this.#files = new TlsFiles(options);
    this.#server = createServer(this.#files.context, (socket) => this.#onSecure(socket));
    this.#server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) =>
      this.#onFailed(error, socket),
    );
  }

  /** When the certificate in use counts. */
  get certificate(): CertificateLife {
    return this.#files.life;
  }

  /**
   * Begins a handshake when the address has a turn. The listener keeps connections that wait, and ends them after
   * `helloMs`.
   * @param waits whether the connection is still there; called before the handshake begins
   */
  enter(hello: Hello, waits: () => boolean): void {
    const { turns } = this.#modules;
    const group = fairGroupOf(hello.visitor.address);
    if (turns.take(group)) return this.#begin(hello);
    turns.wait(group, () => {
      if (waits()) this.enter(hello, waits);
    });
  }

  /** Forgets a handshake. @returns whether the connection was in one */
  leave(hello: Hello): boolean {
    return this.#handshakes.delete(hello.ends);
  }

  /**
   * Reads the files again if their names or contents changed. If they cannot be used, it reports so and keeps the old.
   */
  refresh(names: TlsFileNames = this.#files.names): void {
    try {
      const { certFile, keyFile } = this.#files.names;
      const same = names.certFile === certFile && names.keyFile === keyFile;
      const files = same ? this.#files.changed() : new TlsFiles(names);
      if (files === undefined) return;
      this.#server.setSecureContext(files.context);
      this.#files = files;
      this.#modules.onCertificate?.(files.life);
    } catch (error) {
      this.#modules.onProblem?.(`the old TLS certificate stays in use: ${messageOf(error)}`);
    }
  }

  #begin(hello: Hello): void {
    this.#handshakes.set(hello.ends, hello);
    // A client that does not trust the certificate just hangs up. Half-open, the connection would wait for the time
    // limit; the TLS socket takes this over, and an end before the handshake is over becomes `tlsClientError`.
    hello.socket.allowHalfOpen = false;
    this.#server.emit('connection', hello.socket);
  }

  #onSecure(socket: TLSSocket): void {
    const hello = this.#handshakes.get(endsOf(socket));
    if (hello === undefined) return void socket.destroy();
    // Miners may end their side and still read the verdicts of what they sent.
    socket.allowHalfOpen = true;
    this.#modules.secure(hello, socket);
  }

  #onFailed(error: NodeJS.ErrnoException, socket: Socket): void {
    const hello = this.#handshakes.get(endsOf(socket));
    socket.destroy();
    if (hello !== undefined) this.#modules.failed(hello, handshakeFault(error));
  }
}

/** Why a handshake failed, for the operator: the codes of OpenSSL do not say whose fault it is. */
function handshakeFault({ code, message }: NodeJS.ErrnoException): string {
  if (code === undefined) return message;
  if (code === 'ECONNRESET') return LEFT_IN_HANDSHAKE;
  if (/ALERT.*(CERT|UNKNOWN_CA)/.test(code)) return `the client does not trust the certificate (${code})`;
  if (/PROTOCOL|VERSION/.test(code)) return `the client speaks no version of TLS that is safe (${code})`;
  return code;
}
