import type { PoolEvent } from '@adit/pool';
import { plain } from '../log/plain.ts';
import { RateWindow } from './rates.ts';

/** What the terminal shows of one chain. */
export interface ChainView {
  readonly name: string;
  /** Sol/s or H/s, from the weight of the accepted shares. */
  readonly poolRate: number;
  readonly miners: number;
  readonly accepted: number;
  readonly refused: ReadonlyMap<string, number>;
  /** Weight of the newest share, in solutions or hashes. */
  readonly shareWeight: string;
  /** The verdict on the newest submission, and its worker. */
  readonly lastVerdict: string;
  readonly height: number | undefined;
  readonly blocks: number;
  readonly fruits: number;
  readonly node: string;
}

interface ChainState {
  readonly rate: RateWindow;
  readonly connections: Set<number>;
  readonly refused: Map<string, number>;
  accepted: number;
  weight: bigint;
  lastVerdict: string;
  height: number | undefined;
  blocks: number;
  fruits: number;
  node: string;
}

/** Long enough for a steady figure, short enough to show a change. */
const RATE_WINDOW_MS = 60_000;

/** Turns the pool's events into figures, without a terminal. */
export class PoolView {
  readonly #chains = new Map<string, ChainState>();
  readonly #portChain = new Map<string, string>();
  readonly #now: () => number;

  /** @param ports the chain of each port, by the port's name */
  constructor(ports: ReadonlyMap<string, string>, now: () => number) {
    this.#now = now;
    for (const [port, chain] of ports) this.#portChain.set(port, chain);
    for (const chain of new Set(ports.values())) this.#chains.set(chain, this.#newState());
  }

  onEvent(event: PoolEvent): void {
    const chain =
      'chain' in event ? event.chain : 'port' in event ? this.#portChain.get(event.port) : undefined;
    const state = chain === undefined ? undefined : this.#chains.get(chain);
    if (state !== undefined) this.#apply(state, event);
  }

  chains(): ChainView[] {
    return [...this.#chains].map(([name, state]) => ({
      name,
      poolRate: state.rate.perSecond(this.#now()),
      miners: state.connections.size,
      accepted: state.accepted,
      refused: state.refused,
      shareWeight: state.weight.toString(),
      lastVerdict: state.lastVerdict,
      height: state.height,
      blocks: state.blocks,
      fruits: state.fruits,
      node: state.node,
    }));
  }

  #apply(state: ChainState, event: PoolEvent): void {
    switch (event.kind) {
      case 'authorized':
        state.connections.add(event.connection);
        return;
      case 'disconnected':
        state.connections.delete(event.connection);
        return;
      case 'share_accepted':
        state.accepted += 1;
        state.weight = event.weight;
        state.lastVerdict = `accepted from ${plain(event.worker)}`;
        return state.rate.add(Number(event.weight), this.#now());
      case 'refused':
        if (!event.submission) return;
        state.refused.set(event.reason, (state.refused.get(event.reason) ?? 0) + 1);
        state.lastVerdict = `refused from ${plain(event.worker)}: ${event.reason}`;
        return;
      case 'work':
        state.height = event.height;
        return;
      case 'block_submitted':
        if (event.accepted && event.what === 'block') state.blocks += 1;
        if (event.accepted && event.what === 'fruit') state.fruits += 1;
        return;
      case 'node':
        state.node = `${event.status.state}${event.status.detail === '' ? '' : `: ${event.status.detail}`}`;
        return;
      default:
        return;
    }
  }

  #newState(): ChainState {
    return {
      rate: new RateWindow(RATE_WINDOW_MS, this.#now()),
      connections: new Set(),
      refused: new Map(),
      accepted: 0,
      weight: 0n,
      lastVerdict: 'none yet',
      height: undefined,
      blocks: 0,
      fruits: 0,
      node: 'starting',
    };
  }
}
