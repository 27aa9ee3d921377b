import type { TrueChainNode, TrueChainWorkSource, TrueChainWorkSourceModules } from '@adit/chain';
import type { ShareJournal } from '@adit/journal';
import type { VerifierPool } from '@adit/pow/threads';
import type { TrueJob } from '@adit/stratum';
import type { CandidateStore } from '../blocks/candidate-store.ts';
import type { OnPoolEvent } from '../events.ts';
import type { DuplicateOptions, Duplicates } from '../shares/duplicates.ts';
import type { HeaderPrices } from './header-prices.ts';
import type { LooseTargetOptions } from './loose-target.ts';
import type { PriceSchedule } from './price-schedule.ts';

export interface TrueChainEngineOptions {
  readonly name: string;
  readonly firstJobSequence: number;
  readonly tip9?: number;
  readonly pollMs?: number;
  /** For a chain without the strict prefix: a header has one target for all. Default: each connection has its own. */
  readonly loose?: LooseTargetOptions;
  /** How many shares of a header are remembered. */
  readonly duplicates?: DuplicateOptions;
}

export interface TrueChainEngineModules {
  readonly nodes: readonly TrueChainNode[];
  readonly journal: ShareJournal;
  readonly verifier: VerifierPool;
  readonly candidates: CandidateStore;
  /** Shared by all chains of the network. Default: one of the engine's own. */
  readonly duplicates?: Duplicates;
  readonly onEvent: OnPoolEvent;
  readonly onJob: (job: TrueJob, clean: boolean) => void;
  /** Where targets of headers are kept. Needed without the strict prefix. */
  readonly prices?: HeaderPrices;
  /** Where work comes from. Default: the nodes, asked by a `TrueChainWorkSource`. */
  readonly workSource?: (
    modules: TrueChainWorkSourceModules,
  ) => Pick<TrueChainWorkSource, 'start' | 'stop' | 'seedsOf' | 'refresh'>;
  /** The weights for headers to come. Needed without the strict prefix. */
  readonly schedule?: PriceSchedule;
  /** Wall clock in milliseconds. */
  readonly now: () => number;
  /** Milliseconds that only grow. Default: `performance.now`. */
  readonly monotonic?: () => number;
}
