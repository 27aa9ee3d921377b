import type { TrueHashDataset } from '@adit/pow';
import type { Disagreement } from '../node-watch.ts';
import type { NodeStatus } from '../status.ts';
import type { TrueChainNode } from './node.ts';
import type { TrueChainWork } from './work.ts';

/** How often nodes are asked, and how many datasets are kept. */
export interface TrueChainWorkSourceOptions {
  /** How often the serving node is asked for work: getrue pushes nothing. Default 500, at least 50. */
  pollMs?: number;
  /** The number at which the network froze its dataset. */
  tip9?: number;
  /** Datasets kept, seeds included. Default 3, at least 2. */
  maxDatasets?: number;
  /** How long a node may answer "no work" before the next one is asked. Default 5000. */
  notReadyMs?: number;
  /** How often every node is asked for its tip, if there are several. Default 300. */
  watchMs?: number;
  /** A node that takes longer for an answer is left, if another one answers in that time. Default 500. */
  answerMs?: number;
}

/** How a work differs from the one before. */
export interface WorkChange {
  /** Its header is another one than the work before had (the node honours older ones for an hour). */
  readonly newHeader: boolean;
  /** Its dataset is another one than the work before had. */
  readonly newDataset: boolean;
  /**
   * Upper bound of the age of the header in milliseconds: the time since the node, asked before, gave another one.
   * Infinite if it gave none before.
   */
  readonly unseenMs: number;
}

/** The nodes of a source, and what it calls. */
export interface TrueChainWorkSourceModules {
  /** In order of preference. */
  readonly nodes: readonly TrueChainNode[];
  /** Must not block the main thread: it takes some tenths of a second. */
  readonly buildDataset: (seeds: Uint8Array) => Promise<TrueHashDataset>;
  readonly onWork: (work: TrueChainWork, change: WorkChange) => void;
  /** Called when a node's state, height or detail changes, and every ten seconds with its latency. */
  /** @param news see `StatusLine` */
  readonly onStatus: (status: NodeStatus, news: boolean) => void;
  /** Called with the time of the wall clock since which no node gives work, and with undefined when one does again. */
  readonly onOutage?: (sinceMs: number | undefined) => void;
  /** Nodes name different snail blocks at one height, for longer than a block takes to reach all of them. */
  readonly onDisagreement?: (disagreement: Disagreement) => void;
  readonly random?: () => number;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds that only grow: a wall clock that is set back by an hour would stop the polls for that hour. */
  readonly now?: () => number;
  readonly wallClock?: () => number;
}
