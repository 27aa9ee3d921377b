import { z } from 'zod';
import { FIRST_DESCRIPTOR, type FromHeir, HANDOVER_VARIABLE, HANDOVER_VERSION, toHeir } from './messages.ts';

const names = z.array(z.string()).max(1_024);

/** This process takes over from another one: its side of the conversation. */
export class Heir {
  /** Listening sockets by the name of the port. */
  readonly sockets: ReadonlyMap<string, { readonly fd: number }>;
  readonly #toListen = Promise.withResolvers<void>();

  private constructor(ports: readonly string[]) {
    this.sockets = new Map(ports.map((name, i) => [name, { fd: FIRST_DESCRIPTOR + i }]));
    process.on('message', (message) => {
      if (toHeir.safeParse(message).success) this.#toListen.resolve();
    });
    // The old process is gone before it said so: somebody has to listen.
    process.once('disconnect', () => this.#toListen.resolve());
  }

  /** @returns undefined where this process begins by itself */
  static ofProcess(environment: NodeJS.ProcessEnv = process.env): Heir | undefined {
    const text = environment[HANDOVER_VARIABLE];
    delete environment[HANDOVER_VARIABLE];
    if (text === undefined || process.send === undefined) return undefined;
    return new Heir(names.parse(JSON.parse(text)));
  }

  /** There is work. Resolves when this process should listen. */
  async working(): Promise<void> {
    this.#say({ kind: 'working', version: HANDOVER_VERSION });
    await this.#toListen.promise;
  }

  /** From here on this process stands alone. */
  listening(): void {
    this.#say({ kind: 'listening' });
    // The channel would keep neither of us alive, but a message lost on the way would.
    process.channel?.unref();
  }

  failed(message: string): void {
    this.#say({ kind: 'failed', message });
  }

  #say(message: FromHeir): void {
    if (process.connected) process.send?.(message, () => {});
  }
}
