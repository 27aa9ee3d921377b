import { NodeStanding } from '../node-standing.ts';
import type { StatusLine } from '../status-line.ts';
import { ChainPulse } from './chain-pulse.ts';
import type { TrueChainNode } from './node.ts';
import { WorkHistory } from './work-history.ts';

/** One of several nodes: how it has done of late, what it gave out, and whether its chain lives. */
export class TrueChainStanding extends NodeStanding<TrueChainNode> {
  readonly history = new WorkHistory();
  readonly pulse: ChainPulse;
  notReadySince: number | undefined;
  /** When it was last asked for work and gave some. */
  gaveAt = Number.NEGATIVE_INFINITY;
  /** Whom it mined for when it gave its last header. */
  #coinbase: string | undefined;

  /** @param now milliseconds that only grow */
  constructor(node: TrueChainNode, line: StatusLine, now: () => number) {
    super(node, line);
    this.pulse = new ChainPulse({ node, now });
  }

  /**
   * Whom a header pays that the node has just given. Asked for beside it, so it may be of the moment after: where it
   * is another one than for the header before, either may be right. Undefined where the node has never told.
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
