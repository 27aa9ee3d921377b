import type { NodePlace } from './node-rpc.ts';

/** A node that a scenario can maltreat: a real zebrad, or the project's own devnet with Zebra's habits. */
export interface NodeUnderTest extends NodePlace {
  /** Resolves when it answers. Each start has a new cookie. */
  start(): Promise<void>;
  /** Resolves when a kill would take nothing of what it has. */
  settle(): Promise<void>;
  /** In good order. */
  stop(): Promise<void>;
  /** As kill -9 does it: the newest blocks may be lost. */
  kill(): Promise<void>;
  /** The tip leaves the best chain. @returns what brings it back, where the node can do that */
  dropTip(): Promise<() => Promise<void>>;
}
