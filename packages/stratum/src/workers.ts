import type { WorkerName } from './worker-name.ts';

/**
 * The workers of one connection, by the name that the miner sends. Most connections have one worker, and a map would cost each 250 bytes.
 */
export class Workers {
  #first: WorkerName | undefined;
  #more: Map<string, WorkerName> | undefined;

  get size(): number {
    return (this.#first === undefined ? 0 : 1) + (this.#more?.size ?? 0);
  }

  /** The worker that was authorised first. */
  get first(): WorkerName | undefined {
    return this.#first;
  }

  get(name: string): WorkerName | undefined {
    return this.#first !== undefined && sentName(this.#first) === name ? this.#first : this.#more?.get(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  add(worker: WorkerName): void {
    if (this.#first === undefined) this.#first = worker;
    else if (!this.has(sentName(worker))) {
      this.#more ??= new Map();
      this.#more.set(sentName(worker), worker);
    }
  }

  *names(): Generator<string> {
    if (this.#first !== undefined) yield sentName(this.#first);
    if (this.#more !== undefined) yield* this.#more.keys();
  }
}

function sentName({ sentAs, full }: WorkerName): string {
  return sentAs ?? full;
}
