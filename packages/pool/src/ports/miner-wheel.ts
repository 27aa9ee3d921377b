import { SlicedWalk, type Walk } from './slices.ts';

/** Each connection is looked at once in so many ticks. */
const SPOKES = 20;

/** The connections of a port, spread over the spokes of a wheel: one spoke is looked after in each tick. */
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

  /** Turns the wheel. @returns the connections that are to be looked at in this tick */
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
