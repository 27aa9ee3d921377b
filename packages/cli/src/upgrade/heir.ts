import { closeSync } from 'node:fs';
import {
  FIRST_DESCRIPTOR,
  type FromHeir,
  HANDOVER_VARIABLE,
  HANDOVER_VERSION,
  type HandedSockets,
  handedSockets,
  toHeir,
} from './messages.ts';

/** The heir's side of a hand-over: this process takes over from another one. */
export class Heir {
  readonly #sockets: HandedSockets;
  readonly #toListen = Promise.withResolvers<void>();
  readonly #alone = Promise.withResolvers<void>();

  private constructor(sockets: HandedSockets) {
    this.#sockets = sockets;
    process.on('message', (message) => {
      if (toHeir.safeParse(message).success) this.#toListen.resolve();
    });
    // The old process has ended without saying so, and some process must listen.
    process.once('disconnect', () => {
      this.#toListen.resolve();
      this.#alone.resolve();
    });
  }

  /** @returns undefined if this process does not take over from another one */
  static ofProcess(environment: NodeJS.ProcessEnv = process.env): Heir | undefined {
    const text = environment[HANDOVER_VARIABLE];
    delete environment[HANDOVER_VARIABLE];
    if (text === undefined || process.send === undefined) return undefined;
    return new Heir(handedSockets.parse(JSON.parse(text)));
  }

  /**
   * The sockets of ports whose address is unchanged, even if the port has a new name. All others are closed: a port
   * that was removed or moved would otherwise accept connections that nothing serves. Call it once.
   *
   * @param ports `listen` by the name of the port
   * @returns the sockets by the present names of the ports
   */
  takeSockets(ports: ReadonlyMap<string, string>): Map<string, { readonly fd: number }> {
    const taken = new Map<string, { readonly fd: number }>();
    for (const [i, { name, listen }] of this.#sockets.entries()) {
      const fd = FIRST_DESCRIPTOR + i;
      // Several ports may ask for a free port (`:0`), and only their names distinguish them.
      const port = listen.endsWith(':0') || ports.get(name) === listen ? name : portAt(listen, ports);
      if (port !== undefined && ports.get(port) === listen) taken.set(port, { fd });
      else closeSync(fd);
    }
    return taken;
  }

  /** Resolves when the former process has ended, in whatever way. */
  get alone(): Promise<void> {
    return this.#alone.promise;
  }

  /** Tells the former process that there is work. Resolves when this process should listen. */
  async working(): Promise<void> {
    void this.#say({ kind: 'working', version: HANDOVER_VERSION });
    await this.#toListen.promise;
  }

  /** Tells the former process that this one listens. From here on this process is independent. */
  listening(): void {
    void this.#say({ kind: 'listening' });
    // The channel would not keep the process running, but a message that was lost on the way would.
    process.channel?.unref();
  }

  /** Reports a failure. Resolves when the message is on its way, so that this process may end. */
  failed(message: string): Promise<void> {
    return this.#say({ kind: 'failed', message });
  }

  #say(message: FromHeir): Promise<void> {
    if (!process.connected || process.send === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      process.send?.(message, () => resolve());
    });
  }
}

function portAt(listen: string, ports: ReadonlyMap<string, string>): string | undefined {
  return [...ports].find(([, address]) => address === listen)?.[0];
}
