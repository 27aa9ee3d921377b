import type { NodeStatus } from '@adit/chain';
import type { PortStatus } from './ports/port-status.ts';

export interface ChainStatus {
  readonly name: string;
  /** Its family: `zcash`, `truechain`. */
  readonly kind: string;
  /** What it may find: `block`, `fruit`. */
  readonly finds: readonly string[];
  readonly height: number | undefined;
  /** Since the newest work came. */
  readonly workAgeMs: number | undefined;
  /** Since no node gives work; 0 while one does. */
  readonly outageMs: number;
  readonly nodes: readonly NodeStatus[];
}

/** The pool as it is at this moment. */
export interface PoolStatus {
  /** Wall clock. */
  readonly startedMs: number;
  /** Names the journal of this process. */
  readonly instance: string;
  /** Miners can be sent here. */
  readonly ready: boolean;
  /** Why not, one sentence each. */
  readonly notReady: readonly string[];
  /** Another process has taken the ports over. */
  readonly draining: boolean;
  readonly ports: readonly PortStatus[];
  readonly chains: readonly ChainStatus[];
  readonly verifier: { readonly queued: number; readonly oldestMs: number; readonly threads: number };
  readonly journal: {
    readonly problem: string | undefined;
    readonly waiting: number;
    /** Files that somebody should look at: shares may be missing, or be there twice. */
    readonly faults: readonly string[];
  };
  /** Sessions that may still be resumed. */
  readonly sessions: number;
  readonly bans: number;
}

/** An outage of a second is a node that restarts: no words about it. */
export const TROUBLE_AFTER_MS = 5_000;

/** Why miners should not be sent here, one sentence each; none where the pool is ready. */
export function whyNotReady(state: {
  readonly journal: Pick<PoolStatus['journal'], 'problem' | 'faults'>;
  readonly chains: readonly ChainStatus[];
  readonly portsOpen: boolean;
  readonly draining: boolean;
  readonly stopping: boolean;
}): string[] {
  const { problem, faults } = state.journal;
  return [
    ...(problem === undefined ? [] : [`the journal keeps nothing: ${problem}`]),
    ...faults,
    ...state.chains.flatMap(whyChainNotReady),
    ...(state.portsOpen ? [] : ['not all ports are open']),
    ...(state.draining ? ['another process has taken over'] : []),
    ...(state.stopping ? ['the pool stops'] : []),
  ];
}

function whyChainNotReady({ name, workAgeMs, outageMs }: ChainStatus): string[] {
  if (workAgeMs === undefined) return [`${name} has no work yet`];
  if (outageMs <= TROUBLE_AFTER_MS) return [];
  return [`${name}: no node has given work for ${Math.round(outageMs / 1000)} s`];
}
