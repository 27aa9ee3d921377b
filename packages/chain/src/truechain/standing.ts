import { NodeStanding } from '../node-standing.ts';
import type { StatusLine } from '../status-line.ts';
import { ChainPulse } from './chain-pulse.ts';
import type { TrueChainNode } from './node.ts';
import { WorkHistory } from './work-history.ts';

/** The standing of a TrueChain node: how it has done of late, what it gave out, and whether its chain lives. */
export class TrueChainStanding extends NodeStanding<TrueChainNode> {
  readonly history = new WorkHistory();
  readonly pulse: ChainPulse;
  notReadySince: number | undefined;
  /** When the last request that brought work was sent. */
  gaveAt = Number.NEGATIVE_INFINITY;
  /** The coinbase of the node when it gave its last header. */
  #coinbase: string | undefined;

  /** @param now milliseconds that only grow */
  constructor(node: TrueChainNode, line: StatusLine, now: () => number) {
    super(node, line);
    this.pulse = new ChainPulse({ node, now });
  }

  /**
   * Asks for the addresses that a new header may pay. The answer may come after a change: if it differs from the answer
   * for the header before, either address may be right.
   * @returns undefined if the node has never told one
   */
  async coinbases(signal: AbortSignal): Promise<readonly string[] | undefined> {
    const before = this.#coinbase;
    let now: string;
    try {
      now = await this.node.coinbase(signal);
    } catch {
      return before === undefined ? undefined : [before];
    }
    this.#coinbase = now;
    return before === undefined || before === now ? [now] : [before, now];
  }
}
