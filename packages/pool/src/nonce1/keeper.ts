import { behind, type OnProblem, type Problem } from '../problem.ts';
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
  readonly onProblem: OnProblem;
  /** These values belong to another process now. Each connection that holds one needs another value. */
  readonly onLost: (values: LostNonces) => void;
}

/** Time for the first lease. An upgrade waits 30 s for its heir, and the heir has to open the journal as well. */
const LEASE_MS = 15_000;

/** The nonce1 values of this process: an allocator for each network and length, and the leases behind them. */
export class Nonce1Keeper {
  readonly #modules: Nonce1KeeperModules;
  readonly #leases: Nonce1Thread;
  /** By network and length, not by the names of chains: two chains of one network share values. */
  readonly #allocators = new Map<string, Nonce1Allocator>();
  #closing = false;

  constructor(options: Nonce1KeeperOptions, modules: Nonce1KeeperModules) {
    this.#modules = modules;
    this.#leases = new Nonce1Thread(options, {
      onLost: (detail) => modules.onProblem({ cause: 'nonce1_thread', detail }),
    });
  }

  /** The allocator of a network and a length in bytes. All ports with both share its values. */
  of(network: string, length: number): Nonce1Allocator {
    const key = `${network}/${length}`;
    const existing = this.#allocators.get(key);
    if (existing !== undefined) return existing;
    const allocator = new Nonce1Allocator(
      { network, length },
      {
        lease: (wanted) => this.#leases.take(wanted, this.#modules.now()),
        onProblem: (error) => this.#problem({ cause: 'nonce1_leases', ...behind(error) }),
      },
    );
    this.#allocators.set(key, allocator);
    return allocator;
  }

  /** Leases the first values of all allocators. @throws AditError `ADIT_LEASES_FAILED` and its like */
  async begin(): Promise<void> {
    await Promise.all([...this.#allocators.values()].map((allocator) => allocator.begin(LEASE_MS)));
  }

  /** Renews the leases of this process. To be called every few minutes. Never throws. */
  async renew(): Promise<void> {
    try {
      const lost = await this.#leases.renew(this.#modules.now());
      if (lost.length > 0) await this.#replace(lost);
    } catch (error) {
      this.#problem({ cause: 'nonce1_leases', ...behind(error) });
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
      this.#problem({ cause: 'nonce1_lost', detail });
    }
    // New values should be in hand first: without one, a miner that held a lost value has to connect again.
    await Promise.allSettled(allocators.map((allocator) => allocator.begin(LEASE_MS)));
    for (const values of held) this.#modules.onLost(values);
  }

  /** Requests that fail because the thread is closing are not a problem. */
  #problem(problem: Problem): void {
    if (!this.#closing) this.#modules.onProblem(problem);
  }
}
