import type { NodeStatus } from '@adit/chain';
import type { PoolEvent } from '../events.ts';
import { ShareRate } from '../miners/share-rate.ts';
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
  #rate: ShareRate | undefined;
  #accepted = 0;
  #refused = 0;
  readonly #found: Record<string, number>;

  constructor(name: string, family: Pick<ChainStatus, 'kind' | 'finds'>) {
    this.#name = name;
    this.#family = family;
    this.#found = Object.fromEntries(family.finds.map((what) => [what, 0]));
  }

  get hasWork(): boolean {
    return this.#workAt !== undefined;
  }

  onEvent(event: PoolEvent, now: number): void {
    if (!('chain' in event) || event.chain !== this.#name) return;
    switch (event.kind) {
      case 'share_accepted':
        this.#rate ??= new ShareRate(this.#workAt ?? now);
        this.#rate.add(Number(event.weight), now);
        this.#accepted += 1;
        return;
      case 'refused':
        if (event.submission) this.#refused += 1;
        return;
      case 'block_found':
        this.#found[event.what] = (this.#found[event.what] ?? 0) + 1;
        return;
      case 'node':
        this.#nodes.set(event.status.node, event.status);
        return;
      case 'outage':
        this.#outageSince = event.sinceMs === undefined ? undefined : now;
        return;
      case 'work':
        this.#height = event.height;
        this.#workAt = now;
        return;
      default:
        return;
    }
  }

  status(now: number): Omit<ChainStatus, 'clocks'> {
    return {
      name: this.#name,
      ...this.#family,
      height: this.#height,
      workAgeMs: this.#workAt === undefined ? undefined : Math.max(0, now - this.#workAt),
      outageMs: this.#outageSince === undefined ? 0 : Math.max(1, now - this.#outageSince),
      nodes: [...this.#nodes.values()],
      rate: this.#rate?.perSecond(now) ?? 0,
      accepted: this.#accepted,
      refused: this.#refused,
      found: { ...this.#found },
    };
  }
}
