import type { Disagreement } from '../node-watch.ts';
import type { NodeStatus } from '../status.ts';
import type { ZcashChainParams } from './chains.ts';
import type { ZcashNode } from './node.ts';
import type { ZcashWork } from './work.ts';
import type { ZcashWorkChange } from './work-news.ts';

/** The calls of a node that the source needs. */
export type TemplateNode = Pick<
  ZcashNode,
  'name' | 'getBlockTemplate' | 'propose' | 'getBestBlockHash' | 'getBlockHeader' | 'getBlockCount'
> &
  // Preferred if present: `getWork` reads long templates in a thread.
  Partial<Pick<ZcashNode, 'getWork'>>;

/**
 * The chain, how often its nodes are asked, and how often miners get new work. An undefined option takes its default.
 */
export interface ZcashWorkSourceOptions {
  chain: ZcashChainParams;
  /**
   * Least time between two polls, at least 100. It bounds the polls to a node whose long polls return at once. Default
   * 250.
   */
  minimumPollMs?: number;
  /** Poll interval for a node without long polling. Default 1000. */
  shortPollMs?: number;
  /** A long poll without an answer for this time is replaced by a plain request. Default 60 s. */
  staleAfterMs?: number;
  /** Limit of a plain request; a slower node counts as down. Default: the node's own limit for a template. */
  answerWithinMs?: number;
  /**
   * How often every node is asked for its tip. Default 300: together with the limit below, a failover takes under a
   * second.
   */
  watchMs?: number;
  /** A node that takes longer to tell its tip is left, if another one answers in that time. Default 500. */
  watchAnswerMs?: number;
  /** Other transactions for the same tip are handed out at most once in this time; 0: at once. Default 20,000. */
  refreshMs?: number;
  /** Self-test of the first template and of each new consensus branch. Default true. */
  proposeFirst?: boolean;
}

/** The nodes of a source, and what it calls. */
export interface ZcashWorkSourceModules {
  /** In order of preference; at least one. */
  nodes: readonly TemplateNode[];
  onWork: (work: ZcashWork, change: ZcashWorkChange) => void;
  /** @param news see `StatusLine` */
  onStatus: (status: NodeStatus, news: boolean) => void;
  onDisagreement?: (disagreement: Disagreement) => void;
  /** Called with the time of the wall clock since which no node gives work, and with undefined when one does again. */
  onOutage?: (sinceMs: number | undefined) => void;
  wallClock?: () => number;
  random?: () => number;
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds that only grow. */
  now?: () => number;
}
