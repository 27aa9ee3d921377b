import type { ZcashChainParams, ZcashNode, ZcashWorkSource, ZcashWorkSourceModules } from '@adit/chain';
import type { ShareJournal } from '@adit/journal';
import type { VerifierPool } from '@adit/pow/threads';
import type { ZcashJob } from '@adit/stratum';
import type { CandidateStore } from '../blocks/candidate-store.ts';
import type { OnPoolEvent } from '../events.ts';
import type { DuplicateOptions, Duplicates } from '../shares/duplicates.ts';

export interface ZcashEngineOptions {
  /** The name in the configuration, for journal and events. */
  readonly name: string;
  readonly chain: ZcashChainParams;
  readonly firstJobSequence: number;
  /** A job is sent again after so long: miners give a pool up after a minute without one. */
  readonly rebroadcastMs?: number;
  /** Confirmations after which a block is no longer followed. */
  readonly confirmations?: number;
  readonly proposeFirst?: boolean;
  /** New transactions for the same tip go out no more often. */
  readonly refreshMs?: number;
  /** The operator's name in the coinbase, where the pool can write into it. */
  readonly coinbaseText?: string;
  /** Heights that follow one another within this time count as one where works can be foreseen; default 10 s. */
  readonly atOnceMs?: number;
  /** How many shares of a tip are remembered. */
  readonly duplicates?: DuplicateOptions;
}

export interface ZcashEngineModules {
  readonly nodes: readonly ZcashNode[];
  readonly journal: ShareJournal;
  readonly verifier: VerifierPool;
  readonly candidates: CandidateStore;
  /** Shared by all chains of one network; its own where left out. */
  readonly duplicates?: Duplicates;
  readonly onEvent: OnPoolEvent;
  /** A job for all connections. */
  readonly onJob: (job: ZcashJob, clean: boolean) => void;
  /** Wall clock in milliseconds: header times and records. */
  readonly now: () => number;
  /** Milliseconds that only grow: everything that lasts. For tests. */
  readonly elapsed?: () => number;
  /** Another place to have work from than the nodes, for simulations. */
  readonly workSource?: (modules: ZcashWorkSourceModules) => Pick<ZcashWorkSource, 'start' | 'stop'>;
  /** For benchmarks: what duplicates and journal know a share by; its block hash where left out. */
  readonly shareDigest?: (blockHash: Uint8Array) => Uint8Array;
}
