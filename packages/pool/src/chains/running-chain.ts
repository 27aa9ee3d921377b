import type { ChainBase, PoolChain } from './chain-family.ts';
import type { ChainWatch } from './chain-watch.ts';

/** A chain as the pool holds it. */
export interface RunningChain<Chain extends ChainBase> {
  readonly name: string;
  readonly kind: string;
  readonly chain: PoolChain<Chain>;
  readonly watch: ChainWatch;
}
