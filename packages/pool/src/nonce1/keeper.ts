import { messageOf } from '@adit/primitives';
import { type LostNonces, Nonce1Allocator } from './allocator.ts';
import type { Nonce1Lease } from './leases.ts';
import { Nonce1Thread } from './thread.ts';

export interface Nonce1KeeperOptions {
  readonly dataFolder: string;
  /** Unique for this process instance. */
  readonly owner: string;
}

export interface Nonce1KeeperModules {
  /** Wall clock in milliseconds. */
  readonly now: () => number;
  readonly onProblem: (what: string, detail: string) => void;
  /** These values belong to another process now: each connection that holds one needs another. */
  readonly onLost: (values: LostNonces) => void;
}

/** An upgrade waits for 30 s, and the journal has to be opened as well. */
const LEASE_MS = 15_000;

/** The nonce1 values of this process: an allocator for each network and length, and the leases behind them. */
export class Nonce1Keeper {
  readonly #modules: Nonce1KeeperModules;
  readonly #leases: Nonce1Thread;
  /** By network and length: names of chains do not count. */
  readonly #allocators = new Map<string, Nonce1Allocator>();
  #closing = false;

  constructor(options: Nonce1KeeperOptions, modules: Nonce1KeeperModules) {
    this.#modules = modules;
    const what = 'the thread of the nonce1 leases ended, and is begun again';
    this.#leases = new Nonce1Thread(options, { onLost: (reason) => modules.onProblem(what, reason) });
  }

  /** One allocator for all ports of a network with the same length in bytes: they share the values. */
  of(network: string, length: number): Nonce1Allocator {
    const key = `${network}/${length}`;
    const existing = this.#allocators.get(key);
    if (existing !== undefined) return existing;
    const allocator = new Nonce1Allocator(
      { network, length },
      {
        lease: (wanted) => this.#leases.take(wanted, this.#modules.now()),
        onProblem: (reason) => this.#problem('the leases of nonce1 values', reason),
      },
    );
    this.#allocators.set(key, allocator);
    return allocator;
  }

  /** Leases the first values of all allocators. @throws AditError `ADIT_LEASES_FAILED` and its like */
  async begin(): Promise<void> {
    await Promise.all([...this.#allocators.values()].map((allocator) => allocator.begin(LEASE_MS)));
  }

  /** Says that the values of this process are in use; to be called every few minutes. Never throws. */
  async renew(): Promise<void> {
    try {
      const lost = await this.#leases.renew(this.#modules.now());
      if (lost.length > 0) await this.#replace(lost);
    } catch (error) {
      this.#problem('the leases of nonce1 values', messageOf(error));
    }
  }

  close(): Promise<void> {
    this.#closing = true;
    return this.#leases.close();
  }

  async #replace(lost: readonly Nonce1Lease[]): Promise<void> {
    const spaces = new Set(lost.map(({ space }) => space));
    const allocators = [...this.#allocators.values()].filter(({ space }) => spaces.has(space));
    const held = allocators.map((allocator) => allocator.lose(lost));
    for (const space of spaces) {
      const detail = `this one did not renew ${space} in two hours`;
      this.#problem('nonce1 values went to another process', detail);
    }
    // The next values are there by then, or a miner that held one has to connect again.
    await Promise.allSettled(allocators.map((allocator) => allocator.begin(LEASE_MS)));
    for (const values of held) this.#modules.onLost(values);
  }

  /** What is asked of the thread while it ends breaks off: nobody has to hear of it. */
  #problem(what: string, detail: string): void {
    if (!this.#closing) this.#modules.onProblem(what, detail);
  }
}
