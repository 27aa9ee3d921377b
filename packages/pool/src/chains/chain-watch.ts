import type { NodeStatus } from '@adit/chain';
import type { PoolEvent } from '../events.ts';
import type { ChainStatus } from '../pool-status.ts';

/**
 * The state of one chain's work and nodes, from the events. The pool shows ages and acts on them, so times are of a
 * clock that only grows: a wall clock that is set must not change an age.
 */
export class ChainWatch {
  readonly #name: string;
  readonly #family: Pick<ChainStatus, 'kind' | 'finds'>;
  readonly #nodes = new Map<string, NodeStatus>();
  #height: number | undefined;
  #workAt: number | undefined;
  #outageSince: number | undefined;

  constructor(name: string, family: Pick<ChainStatus, 'kind' | 'finds'>) {
    this.#name = name;
    this.#family = family;
  }

  get hasWork(): boolean {
    return this.#workAt !== undefined;
  }

  onEvent(event: PoolEvent, now: number): void {
    if (!('chain' in event) || event.chain !== this.#name) return;
    if (event.kind === 'node') this.#nodes.set(event.status.node, event.status);
    else if (event.kind === 'outage') this.#outageSince = event.sinceMs === undefined ? undefined : now;
    else if (event.kind === 'work') {
      this.#height = event.height;
      this.#workAt = now;
    }
  }

  status(now: number): ChainStatus {
    return {
      name: this.#name,
      ...this.#family,
      height: this.#height,
      workAgeMs: this.#workAt === undefined ? undefined : Math.max(0, now - this.#workAt),
      outageMs: this.#outageSince === undefined ? 0 : Math.max(1, now - this.#outageSince),
      nodes: [...this.#nodes.values()],
    };
  }
}
