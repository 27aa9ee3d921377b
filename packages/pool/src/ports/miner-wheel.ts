import { SlicedWalk, type Walk } from './slices.ts';

/** Number of groups of connections. Each tick looks at one group, so each connection has its turn in 20 ticks. */
const SPOKES = 20;

/** The connections of a port, spread over the spokes of a wheel. Each tick looks after one spoke. */
export class MinerWheel<Miner extends { readonly id: number }> {
  readonly #spokes: readonly Set<Miner>[] = Array.from({ length: SPOKES }, () => new Set());
  readonly #walks = new Set<Walk>();
  #ticks = 0;

  get size(): number {
    return this.#spokes.reduce((sum, spoke) => sum + spoke.size, 0);
  }

  add(miner: Miner): void {
    this.#spokeOf(miner.id).add(miner);
  }

  delete(miner: Miner): void {
    this.#spokeOf(miner.id).delete(miner);
  }

  *[Symbol.iterator](): Generator<Miner> {
    for (const spoke of this.#spokes) yield* spoke;
  }

  /** Turns the wheel by one spoke. @returns the connections to look at in this tick */
  turn(): Iterable<Miner> {
    this.#ticks += 1;
    return this.#spokes[this.#ticks % SPOKES] ?? [];
  }

  /** Visits all connections, in slices. */
  walk(visit: (miner: Miner) => void): void {
    for (const earlier of this.#walks) if (earlier.over) this.#walks.delete(earlier);
    this.#walks.add(new SlicedWalk(this, visit));
  }

  /** Ends all walks that are under way. */
  cancelWalks(): void {
    for (const walk of this.#walks) walk.cancel();
  }

  #spokeOf(id: number): Set<Miner> {
    const spoke = this.#spokes[id % SPOKES];
    if (spoke === undefined) throw new RangeError('connections are numbered from 0 up');
    return spoke;
  }
}
