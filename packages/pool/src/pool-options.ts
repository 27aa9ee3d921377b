import type { ChainBase } from './chains/chain-family.ts';
import type { ChainOptions } from './chains/families.ts';
import type { ConductOptions } from './conduct/options.ts';
import type { PoolLimits } from './pool-limits.ts';

/** @typeParam Chain the options of each family that the pool knows, told apart by `kind` */
export interface PoolOptions<Chain extends ChainBase = ChainOptions> {
  /** The folder of all files that the pool keeps. */
  readonly dataFolder: string;
  /** Number of the group whose members may read the folder. Default: only the user may. */
  readonly groupId?: number;
  /** Threads that verify proofs. */
  readonly verifierThreads: number;
  /** Most shares that may wait for verification. */
  readonly maxQueued?: number;
  readonly limits?: PoolLimits;
  readonly conduct?: ConductOptions;
  /** Addresses and networks (CIDR) that are never banned. */
  readonly neverBan?: readonly string[];
  /** How long the first, second, ... ban by conduct lasts, in milliseconds; the last one repeats. */
  readonly banLadderMs?: readonly number[];
  readonly chains: readonly Chain[];
}

/** How the miners of a pool leave it. */
export interface DrainOptions {
  /** The pool asks miners to connect again one after the other, spread over this time. */
  readonly reconnectOverMs: number;
  /** Connections that are still open after this time are left to `stop`. */
  readonly deadlineMs: number;
}

/** Addresses that are never banned. They include proxies, since a ban of one would ban all miners behind it. */
export function neverBanned({ neverBan = [], chains }: PoolOptions<ChainBase>): readonly string[] {
  return [...neverBan, ...chains.flatMap(({ ports }) => ports.flatMap(({ proxies = [] }) => proxies))];
}
