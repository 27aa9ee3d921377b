import type { ZcashChainParams, ZcashNode, ZcashWorkSource, ZcashWorkSourceModules } from '@adit/chain';
import type { ShareJournal } from '@adit/journal';
import type { VerifierPool } from '@adit/pow/threads';
import type { ZcashJob } from '@adit/stratum';
import type { CandidateStore } from '../blocks/candidate-store.ts';
import type { OnPoolEvent } from '../events.ts';
import type { DuplicateOptions, Duplicates } from '../shares/duplicates.ts';
import type { PayeesOfWork } from './block-payments.ts';

export interface ZcashEngineOptions {
  /** The name in the configuration, for journal and events. */
  readonly name: string;
  readonly chain: ZcashChainParams;
  readonly firstJobSequence: number;
  /** Miners leave a pool that sends no job for a minute: after this time without one, the pool sends a job again. */
  readonly rebroadcastMs?: number;
  /** Confirmations after which a block is no longer followed. */
  readonly confirmations?: number;
  readonly proposeFirst?: boolean;
  /** Shortest time between two works of one tip that differ in their transactions. */
  readonly refreshMs?: number;
  /** The operator's name in the coinbase, where the pool can write into it. */
  readonly coinbaseText?: string;
  /** The script of the node's own address, where coinbases are to pay others in its place. Default: they never do. */
  readonly operator?: Uint8Array | undefined;
  /** Heights that follow one another within this time count as one, for works that can be foreseen; default 10 s. */
  readonly atOnceMs?: number;
  /** How many shares of a tip are remembered. */
  readonly duplicates?: DuplicateOptions;
}

export interface ZcashEngineModules {
  readonly nodes: readonly ZcashNode[];
  readonly journal: ShareJournal;
  readonly verifier: VerifierPool;
  readonly candidates: CandidateStore;
  /** Shared by all chains of one network. Default: one of the engine's own. */
  readonly duplicates?: Duplicates;
  readonly onEvent: OnPoolEvent;
  /** A job for all connections. */
  readonly onJob: (job: ZcashJob, clean: boolean) => void;
  /** Wall clock in milliseconds, for header times and records. */
  readonly now: () => number;
  /** Milliseconds of a clock that only grows, for ages and waits. Default: `performance.now`; tests set it. */
  readonly elapsed?: () => number;
  /** Whom works of all ports pay, in the place of the operator. Default: nobody else. It needs `operator`. */
  readonly payeesOfWork?: PayeesOfWork | undefined;
  /** A source of work other than the nodes, for simulations. */
  readonly workSource?: (
    modules: ZcashWorkSourceModules,
  ) => Pick<ZcashWorkSource, 'start' | 'stop'> & Partial<Pick<ZcashWorkSource, 'current' | 'giver'>>;
  /** For benchmarks: the digest by which duplicates and journal know a share. Default: its block hash. */
  readonly shareDigest?: (blockHash: Uint8Array) => Uint8Array;
}
