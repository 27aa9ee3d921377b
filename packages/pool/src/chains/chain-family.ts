import type { Server } from 'node:net';
import type { ShareJournal } from '@adit/journal';
import type { VerifierPool } from '@adit/pow/threads';
import type { Candidate } from '../blocks/candidate.ts';
import type { CandidateStore } from '../blocks/candidate-store.ts';
import type { LostNonces, Nonce1Allocator } from '../nonce1/allocator.ts';
import type { PoolLimits } from '../pool-limits.ts';
import type { PoolModules } from '../pool-modules.ts';
import type { PoolEnding } from '../ports/end-cause.ts';
import type { PortModules } from '../ports/port-modules.ts';
import type { PortOptions } from '../ports/port-options.ts';
import type { PortStatus } from '../ports/port-status.ts';
import type { Duplicates } from '../shares/duplicates.ts';
import type { SeedBudget } from '../truechain/seed-budget.ts';

/** What the options of a chain have in common, whatever its family. */
export interface ChainBase {
  /** The family: a key of the table of families. */
  readonly kind: string;
  /** The name in the configuration; unique within a pool. */
  readonly name: string;
  readonly ports: readonly PortOptions[];
}

/** What the pool does with a port, whatever its dialect; `StratumPort` has it. */
export interface PoolPort {
  readonly port: string;
  readonly connections: number;
  readonly judging: number;
  /** Sessions that wait to be resumed. */
  readonly kept: number;
  readonly server: Server;
  readonly status: PortStatus;
  listen(inherited?: Server | { readonly fd: number }): Promise<number>;
  tick(now: number): void;
  stopListening(): void;
  stopAccepting(): void;
  reconnectAll(overMs: number): () => void;
  trouble(text: string | undefined): void;
  dropAll(ending: PoolEnding, subject?: string): void;
  renumber(lost: LostNonces): void;
  close(): Promise<void>;
}

/** A chain that runs in a pool: its engine with its ports. */
export interface PoolChain<Options extends ChainBase> {
  readonly ports: readonly PoolPort[];
  /** When the oldest work was made whose shares still count, in milliseconds of a clock that only grows. */
  readonly liveSince: number;
  /** Begins to ask the nodes for work. @param unfinished blocks of earlier processes that are still followed */
  start(unfinished: readonly Candidate[]): void;
  /** Blocks of a process that has ended since. */
  takeUp(unfinished: readonly Candidate[]): void;
  /** No more work; waits for blocks that are on their way to the nodes. */
  stop(): Promise<void>;
  /** Takes what may change while miners are connected. Ports are matched by name. */
  reload(options: Options, limits: PoolLimits): void;
}

/** What a chain needs of its pool. */
export interface ChainModules extends Pick<PoolModules, 'shareDigest'> {
  readonly dataFolder: string;
  readonly limits: PoolLimits;
  readonly journal: ShareJournal;
  readonly verifier: VerifierPool;
  readonly candidates: CandidateStore;
  /** The duplicates of the chain's network: two chains of one must not credit a share twice. */
  readonly duplicates: Duplicates;
  /** One allocator for all ports of the network with the same length in bytes: they share the values. */
  readonly nonce1Of: (length: number) => Nonce1Allocator;
  /** When the oldest work of the network was made whose shares still count; see `Nonce1Request`. */
  readonly liveSince: () => number;
  /** What ports need, but for their engine. */
  readonly port: Omit<PortModules<unknown>, 'engine'>;
  /** Of all ports of the pool together. */
  readonly seeds: SeedBudget;
  /** Wall clock in milliseconds. */
  readonly now: () => number;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
}

/** A family of chains, as the pool sees it. */
export interface ChainFamily<Options extends ChainBase> {
  /** What a chain of the family may find: words of `found` events, in the order in which they are shown. */
  readonly finds: readonly string[];
  /** The network whose shares are one accounting, whatever the chain is called. */
  networkOf(options: Options): string;
  /** @throws AditError `ADIT_UNLIKE_PORTS` where the ports of a chain do not fit together */
  check(options: Options): void;
  open(options: Options, modules: ChainModules): PoolChain<Options>;
}

/** One family for each kind of options. A kind without a family does not compile. */
export type ChainFamilies<Chain extends ChainBase> = {
  readonly [Kind in Chain['kind']]: ChainFamily<Extract<Chain, { readonly kind: Kind }>>;
};
