import type { NodeStatus } from '@adit/chain';
import type { JournalProblemCause } from '@adit/journal';
import type { ClockEvidence } from './chains/clock-watch.ts';
import type { PortStatus } from './ports/port-status.ts';

/** A chain as it is at this moment. */
export interface ChainStatus {
  readonly name: string;
  /** Its family: `zcash`, `truechain`. */
  readonly kind: string;
  /** What the chain may find: `block`, `fruit`. */
  readonly finds: readonly string[];
  readonly height: number | undefined;
  /** Age of the newest work; undefined before the first. */
  readonly workAgeMs: number | undefined;
  /** How long no node has given work; 0 while one gives work. */
  readonly outageMs: number;
  readonly nodes: readonly NodeStatus[];
  /** How far its nodes, and the times that its headers may have, are from the pool's clock. */
  readonly clocks: readonly ClockEvidence[];
  /** Expected solutions or hashes a second of the accepted shares: an average that fades over ten minutes. */
  readonly rate: number;
  /** Shares since the start that were accepted, and submissions that were refused. */
  readonly accepted: number;
  readonly refused: number;
  /** What was found since the start, by the values of `finds`; whether a node took it is in the log. */
  readonly found: Readonly<Record<string, number>>;
}

/** The pool as it is at this moment. */
export interface PoolStatus {
  /** Wall clock in milliseconds. */
  readonly startedMs: number;
  /** The name of the journal of this process. */
  readonly instance: string;
  /** Whether miners can be sent here. */
  readonly ready: boolean;
  /** Why not, one sentence each. */
  readonly notReady: readonly string[];
  /** The cause of each of them, in the same order. */
  readonly notReadyCauses: readonly NotReadyCause[];
  /** Whether another process has taken the ports over. */
  readonly draining: boolean;
  readonly ports: readonly PortStatus[];
  readonly chains: readonly ChainStatus[];
  readonly verifier: { readonly queued: number; readonly oldestMs: number; readonly threads: number };
  readonly journal: {
    readonly problem: string | undefined;
    /** The same for programs; undefined while the journal keeps shares. */
    readonly cause: JournalProblemCause | undefined;
    readonly waiting: number;
    /** Files that an operator should look at: shares may be missing, or may be there twice. */
    readonly faults: readonly string[];
  };
  /** Sessions that may still be resumed. */
  readonly sessions: number;
  readonly bans: number;
  /** Changes of bans that count already and are not on disk. */
  readonly bansUnsaved: number;
  /** Why bans are in memory only. */
  readonly bansProblem: string | undefined;
  /** Bytes that are free on the disk of the data folder; undefined before the first look. */
  readonly diskFreeBytes: number | undefined;
}

/** Why miners should not be sent here. The list is closed. */
export type NotReadyCause =
  /** The journal keeps nothing. */
  | 'journal'
  /** A file in the journal folder needs somebody. */
  | 'journal_file'
  /** A chain has had no work yet. */
  | 'no_work'
  /** No node of a chain gives work. */
  | 'outage'
  | 'ports_closed'
  /** Another process has taken over. */
  | 'replaced'
  | 'stopping';

/** A cause, and the sentence for people. */
export interface NotReady {
  readonly cause: NotReadyCause;
  readonly detail: string;
}

/** Shorter outages are not reported: a node that restarts causes one of a second. */
export const TROUBLE_AFTER_MS = 5_000;

type ChainWithWork = Pick<ChainStatus, 'name' | 'workAgeMs' | 'outageMs'>;

/** Why miners should not be sent here, one sentence each; empty where the pool is ready. */
export function whyNotReady(state: {
  readonly journal: Pick<PoolStatus['journal'], 'problem' | 'faults'>;
  readonly chains: readonly ChainWithWork[];
  readonly portsOpen: boolean;
  readonly draining: boolean;
  readonly stopping: boolean;
}): NotReady[] {
  const { problem, faults } = state.journal;
  const why = (cause: NotReadyCause, detail: string): NotReady => ({ cause, detail });
  return [
    ...(problem === undefined ? [] : [why('journal', `the journal keeps nothing: ${problem}`)]),
    ...faults.map((detail) => why('journal_file', detail)),
    ...state.chains.flatMap(whyChainNotReady),
    ...(state.portsOpen ? [] : [why('ports_closed', 'not all ports are open')]),
    ...(state.draining ? [why('replaced', 'another process has taken over')] : []),
    ...(state.stopping ? [why('stopping', 'the pool stops')] : []),
  ];
}

function whyChainNotReady({ name, workAgeMs, outageMs }: ChainWithWork): NotReady[] {
  if (workAgeMs === undefined) return [{ cause: 'no_work', detail: `${name} has no work yet` }];
  if (outageMs <= TROUBLE_AFTER_MS) return [];
  const detail = `${name}: no node has given work for ${Math.round(outageMs / 1000)} s`;
  return [{ cause: 'outage', detail }];
}
