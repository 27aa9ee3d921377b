/** What the pool's log and view show of one node. */
export type NodeStatus = {
  /** The node's name, `host:port` unless configured. */
  node: string;
  /**
   * `lying`: it answers, but what it says contradicts itself or the work already handed out. `wrong_network`: what it
   * says is right for another network than the one that is configured.
   */
  state: 'ready' | 'syncing' | 'down' | 'lying' | 'wrong_network';
  /** One sentence for a person. */
  detail: string;
  height?: number;
  latencyMs?: number;
  /** Blocks that it is behind the work in hand (TrueChain: behind the highest node); 0 where it is not. Left out where it cannot be told. */
  lag?: number;
};
