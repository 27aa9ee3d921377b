import type { Server } from 'node:net';
import type { ShareJournal } from '@adit/journal';
import type { VerifierPool } from '@adit/pow/threads';
import type { Candidate } from '../blocks/candidate.ts';
import type { CandidateStore } from '../blocks/candidate-store.ts';
import type { MinerEntry } from '../miners/miner-entry.ts';
import type { LostNonces, Nonce1Allocator } from '../nonce1/allocator.ts';
import type { PoolLimits } from '../pool-limits.ts';
import type { PoolModules } from '../pool-modules.ts';
import type { PoolEnding } from '../ports/end-cause.ts';
import type { PortModules } from '../ports/port-modules.ts';
import type { PortOptions } from '../ports/port-options.ts';
import type { PortStatus } from '../ports/port-status.ts';
import type { Duplicates } from '../shares/duplicates.ts';
import type { SeedBudget } from '../truechain/seed-budget.ts';
import type { ClockEvidence } from './clock-watch.ts';

/** The options that chains of all families have. */
export interface ChainBase {
  /** The family: a key of the table of families. */
  readonly kind: string;
  /** The name in the configuration; unique within a pool. */
  readonly name: string;
  readonly ports: readonly PortOptions[];
}

/** A port of any dialect, as the pool uses it; `StratumPort` implements it. */
export interface PoolPort {
  readonly port: string;
  readonly connections: number;
  readonly judging: number;
  /** Sessions that wait to be resumed. */
  readonly kept: number;
  readonly server: Server;
  readonly status: PortStatus;
  readonly chain: string;
  /** When its certificate ends, in milliseconds since 1970; undefined without TLS. */
  readonly certificateEndsMs: number | undefined;
  /** Its open connections. */
  readonly members: Iterable<{ entries(now: number): readonly MinerEntry[] }>;
  listen(inherited?: Server | { readonly fd: number }): Promise<number>;
  tick(now: number): void;
  stopListening(): void;
  stopAccepting(): void;
  reconnectAll(overMs: number): () => void;
  closeRest(overMs: number): () => void;
  trouble(text: string | undefined): void;
  dropAll(ending: PoolEnding, subject?: string): void;
  renumber(lost: LostNonces): void;
  close(): Promise<void>;
}

/** A chain that runs in a pool: its engine with its ports. */
export interface PoolChain<Options extends ChainBase> {
  readonly ports: readonly PoolPort[];
  /** Time of the oldest work whose shares still count, in milliseconds of a clock that only grows. */
  readonly liveSince: number;
  /** What is known of how right the pool's clock is. Left out by a chain that knows nothing of it. */
  readonly clocks?: readonly ClockEvidence[];
  /** Begins to ask the nodes for work. @param unfinished candidates of earlier processes that are not final yet */
  start(unfinished: readonly Candidate[]): void;
  /** Takes over candidates of a process that has ended since. */
  takeUp(unfinished: readonly Candidate[]): void;
  /** Another process has taken over, and miners leave for it. Left out where that changes nothing for the chain. */
  drain?(): void;
  /** Takes no more work, and waits for blocks that are on their way to the nodes. */
  stop(): Promise<void>;
  /** Applies the settings that may change while miners are connected. Ports are matched by name. */
  reload(options: Options, limits: PoolLimits): void;
}

/** The parts of the pool that a chain needs. */
export interface ChainModules extends Pick<PoolModules, 'shareDigest'> {
  readonly dataFolder: string;
  readonly limits: PoolLimits;
  readonly journal: ShareJournal;
  readonly verifier: VerifierPool;
  readonly candidates: CandidateStore;
  /** The duplicates of the chain's network: two chains of one network must not both credit a share. */
  readonly duplicates: Duplicates;
  /** The allocator for a length in bytes. All ports of the network with this length share its values. */
  readonly nonce1Of: (length: number) => Nonce1Allocator;
  /** Time of the oldest work of the network whose shares still count; see `Nonce1Request`. */
  readonly liveSince: () => number;
  /** The parts that ports need, except their engine. */
  readonly port: Omit<PortModules<unknown>, 'engine'>;
  /** Shared by all ports of the pool. */
  readonly seeds: SeedBudget;
  /** Wall clock in milliseconds. */
  readonly now: () => number;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
}

/** A family of chains, as the pool sees it. */
export interface ChainFamily<Options extends ChainBase> {
  /** What a chain of the family may find: the values of `what` in events, in the order of display. */
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
