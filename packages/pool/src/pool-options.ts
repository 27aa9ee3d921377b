import type { ChainBase } from './chains/chain-family.ts';
import type { ChainOptions } from './chains/families.ts';
import type { ConductOptions } from './conduct/options.ts';
import type { PoolLimits } from './pool-limits.ts';

/** @typeParam Chain the options of each family that the pool knows, told apart by `kind` */
export interface PoolOptions<Chain extends ChainBase = ChainOptions> {
  /** Everything that the pool keeps lies in this folder. */
  readonly dataFolder: string;
  /** Number of the group whose members may read it; nobody but the user where left out. */
  readonly groupId?: number;
  /** Threads that verify proofs. */
  readonly verifierThreads: number;
  /** Shares that may wait for verification. */
  readonly maxQueued?: number;
  readonly limits?: PoolLimits;
  readonly conduct?: ConductOptions;
  /** Addresses and networks (CIDR) that are never banned. */
  readonly neverBan?: readonly string[];
  /** How long the first, second, ... ban by conduct lasts. */
  readonly banLadderMs?: readonly number[];
  readonly chains: readonly Chain[];
}

export interface DrainOptions {
  /** Miners are asked to connect again one after the other, spread over this time. */
  readonly reconnectOverMs: number;
  /** Connections that are still there then are left to `stop`. */
  readonly deadlineMs: number;
}

/** A ban of a proxy would be a ban of everybody behind it. */
export function neverBanned({ neverBan = [], chains }: PoolOptions<ChainBase>): readonly string[] {
  return [...neverBan, ...chains.flatMap(({ ports }) => ports.flatMap(({ proxies = [] }) => proxies))];
}
