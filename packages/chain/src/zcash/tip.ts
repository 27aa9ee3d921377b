import type { LookLimits, Tip } from '../node-watch.ts';
import type { ZcashNode } from './node.ts';

export type TipNode = Pick<ZcashNode, 'getBestBlockHash' | 'getBlockCount'>;

/** Reads nodes' tips; while the hash stays, one call is enough. */
export class ZcashTips<N extends TipNode> {
  readonly #last = new WeakMap<N, Tip>();

  /** @returns undefined when a block came in between the calls */
  async of(node: N, limits: LookLimits): Promise<Tip | undefined> {
    // The look of a watch is repeated soon enough.
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
