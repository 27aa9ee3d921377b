import type { LookLimits, Tip } from '../node-watch.ts';
import type { ZcashNode } from './node.ts';

export type TipNode = Pick<ZcashNode, 'getBestBlockHash' | 'getBlockCount'>;

/** Reads the tips of nodes. One call is enough while the hash is unchanged. */
export class ZcashTips<N extends TipNode> {
  readonly #last = new WeakMap<N, Tip>();

  /** @returns undefined if a block arrived between the two calls */
  async of(node: N, limits: LookLimits): Promise<Tip | undefined> {
    // No retry: the watch asks again soon.
    const options = { ...limits, retry: false };
    const hash = await node.getBestBlockHash(options);
    const last = this.#last.get(node);
    if (last?.hash === hash) return last;
    const height = await node.getBlockCount(options);
    if ((await node.getBestBlockHash(options)) !== hash) return undefined;
    const tip = { height, hash };
    this.#last.set(node, tip);
    return tip;
  }
}
