import type { ChainBase, PoolChain } from './chain-family.ts';
import type { ChainWatch } from './chain-watch.ts';

/** A chain that runs in a pool, with its watch. */
export interface RunningChain<Chain extends ChainBase> {
  readonly name: string;
  readonly kind: string;
  readonly chain: PoolChain<Chain>;
  readonly watch: ChainWatch;
}
