import type { Terms } from '../grants.ts';

/** A job as the pool prepared it, once for all connections. */
export interface TrueJob {
  /** Number of its header: a header keeps its number, however often the node gives it. */
  readonly sequence: number;
  /**
   * Numbers whose settled share targets hold for this header, if each connection has targets of its own. They are lower
   * than `sequence` if somebody may have foreseen the header, and several if nobody but the miner can tell when the
   * node made it. Default: `sequence` alone. See `sharePrice`.
   */
  readonly terms?: Terms;
  /** Ascends each time that a job is handed out: of two jobs, miners work on the one with the higher order. */
  readonly order: number;
  /** 64 lower-case hex digits each. */
  readonly seedHash: string;
  readonly headerHash: string;
  /** The one target for all miners of this header; undefined if each connection has its own. */
  readonly target: bigint | undefined;
  /** The easier of the network's targets (block, fruit) when the header was first seen: no share target is harder. */
  readonly networkTarget: bigint;
  /** Headers with a lower number will not come back. Without it, any header may. */
  readonly oldestKnown?: number;
}
