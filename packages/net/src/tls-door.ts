import type { Socket } from 'node:net';
import { createServer, type TLSSocket, type Server as TlsServer } from 'node:tls';
import { messageOf } from '@adit/primitives';
import { fairGroupOf } from './address.ts';
import { endsOf, type Hello } from './hello.ts';
import { type TlsFileNames, TlsFiles } from './tls-files.ts';
import type { TurnLimits, Turns } from './turns.ts';

export interface TlsDoorModules {
  /** One handshake is one turn. */
  readonly turns: Turns;
  /** The handshake is over. */
  readonly secure: (hello: Hello, socket: TLSSocket) => void;
  readonly failed: (hello: Hello, detail: string) => void;
  /** Something that the operator should know. */
  readonly onProblem?: ((detail: string) => void) | undefined;
}

/** A handshake costs 1 ms (ECDSA) to 2 ms (RSA): as long as a hundred shares. */
export const HANDSHAKES: TurnLimits = {
  most: 2,
  mostOfAll: 8,
  least: 1,
  // The key is used after the turn in which the handshake begins: only their number is known.
  mostMs: Number.POSITIVE_INFINITY,
  mostMsOfAll: Number.POSITIVE_INFINITY,
  leastMs: Number.POSITIVE_INFINITY,
};

/** The handshakes of a port, some in each turn of the event loop, and the certificate that they show. */
export class TlsDoor {
  readonly #modules: TlsDoorModules;
  readonly #server: TlsServer;
  /** Those in a handshake, by the ends of their socket: a TLS socket does not name the one below it. */
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

  /**
   * Begins a handshake when it has its turn. Who waits is held by its listener, which ends it in time.
   * @param waits asked before it begins: whether that one is still there
   */
  enter(hello: Hello, waits: () => boolean): void {
    const { turns } = this.#modules;
    const group = fairGroupOf(hello.visitor.address);
    if (turns.take(group)) return this.#begin(hello);
    turns.wait(group, () => {
      if (waits()) this.enter(hello, waits);
    });
  }

  /** It is in a handshake no more. @returns whether it was */
  leave(hello: Hello): boolean {
    return this.#handshakes.delete(hello.ends);
  }

  /** Reads the files again where they are others, or have changed. What cannot be used is told, and the old ones stay. */
  refresh(names: TlsFileNames = this.#files.names): void {
    try {
      const { certFile, keyFile } = this.#files.names;
      const same = names.certFile === certFile && names.keyFile === keyFile;
      const files = same ? this.#files.changed() : new TlsFiles(names);
      if (files === undefined) return;
      this.#server.setSecureContext(files.context);
      this.#files = files;
    } catch (error) {
      this.#modules.onProblem?.(`the old TLS certificate stays in use: ${messageOf(error)}`);
    }
  }

  #begin(hello: Hello): void {
    this.#handshakes.set(hello.ends, hello);
    this.#server.emit('connection', hello.socket);
  }

  #onSecure(socket: TLSSocket): void {
    const hello = this.#handshakes.get(endsOf(socket));
    if (hello === undefined) return void socket.destroy();
    this.#modules.secure(hello, socket);
  }

  #onFailed(error: NodeJS.ErrnoException, socket: Socket): void {
    const hello = this.#handshakes.get(endsOf(socket));
    socket.destroy();
    if (hello !== undefined) this.#modules.failed(hello, error.code ?? error.message);
  }
}
