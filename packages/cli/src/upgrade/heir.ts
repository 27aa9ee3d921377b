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

/** This process takes over from another one: its side of the conversation. */
export class Heir {
  readonly #sockets: HandedSockets;
  readonly #toListen = Promise.withResolvers<void>();
  readonly #alone = Promise.withResolvers<void>();

  private constructor(sockets: HandedSockets) {
    this.#sockets = sockets;
    process.on('message', (message) => {
      if (toHeir.safeParse(message).success) this.#toListen.resolve();
    });
    // The old process is gone before it said so: somebody has to listen.
    process.once('disconnect', () => {
      this.#toListen.resolve();
      this.#alone.resolve();
    });
  }

  /** @returns undefined where this process begins by itself */
  static ofProcess(environment: NodeJS.ProcessEnv = process.env): Heir | undefined {
    const text = environment[HANDOVER_VARIABLE];
    delete environment[HANDOVER_VARIABLE];
    if (text === undefined || process.send === undefined) return undefined;
    return new Heir(handedSockets.parse(JSON.parse(text)));
  }

  /**
   * The sockets of ports that still listen where they did, whatever they are called by now. The others are closed: a
   * port that is gone or has moved would go on taking connections that nobody serves. To be called once.
   *
   * @param ports `listen` by the name of the port
   * @returns the sockets by the names that the ports have here
   */
  takeSockets(ports: ReadonlyMap<string, string>): Map<string, { readonly fd: number }> {
    const taken = new Map<string, { readonly fd: number }>();
    for (const [i, { name, listen }] of this.#sockets.entries()) {
      const fd = FIRST_DESCRIPTOR + i;
      // Several ports may take a free one, and only their names tell them apart.
      const port = listen.endsWith(':0') || ports.get(name) === listen ? name : portAt(listen, ports);
      if (port !== undefined && ports.get(port) === listen) taken.set(port, { fd });
      else closeSync(fd);
    }
    return taken;
  }

  /** Resolves when the process before this one has ended, however it did. */
  get alone(): Promise<void> {
    return this.#alone.promise;
  }

  /** There is work. Resolves when this process should listen. */
  async working(): Promise<void> {
    void this.#say({ kind: 'working', version: HANDOVER_VERSION });
    await this.#toListen.promise;
  }

  /** From here on this process stands alone. */
  listening(): void {
    void this.#say({ kind: 'listening' });
    // The channel would keep neither of us alive, but a message lost on the way would.
    process.channel?.unref();
  }

  /** Resolves when it is on its way: the end of this process may follow at once. */
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
