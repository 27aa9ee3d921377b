/** What the pool's log and view show of one node. */
export type NodeStatus = {
  /** The node's name, `host:port` unless configured. */
  node: string;
  /** `lying`: it answers, but what it says contradicts itself or the work already handed out. */
  state: 'ready' | 'syncing' | 'down' | 'lying';
  /** One sentence for a person. */
  detail: string;
  height?: number;
  latencyMs?: number;
};
