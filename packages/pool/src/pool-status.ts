import type { NodeStatus } from '@adit/chain';
import type { PortStatus } from './stratum-port.ts';

export interface ChainStatus {
  readonly name: string;
  readonly kind: 'zcash' | 'truechain';
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
  readonly ports: readonly (PortStatus & { readonly dialect: 'zcash' | 'truestratum' })[];
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
