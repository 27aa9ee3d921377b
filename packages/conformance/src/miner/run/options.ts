import type { EquihashParams } from '@adit/pow';
import type { Dialect } from '@adit/stratum';

/** How long the probe waits, in milliseconds. */
export interface MinerProbeLimits {
  /** For the next step of a login, or for an answer. */
  readonly answerMs: number;
  /** After this time the probe is sure that nothing comes. */
  readonly quietMs: number;
  /** For a share of an easy job. */
  readonly shareMs: number;
  /** How long after a clean job a share of an older one may still be on its way. */
  readonly graceMs: number;
  /** For a miner to leave after client.reconnect. */
  readonly leaveMs: number;
  /** A miner that comes again sooner than this after it was turned away hammers the pool. */
  readonly hammerMs: number;
  /** For a miner to come back after it left. The reference TrueHash miner takes 30 seconds. */
  readonly returnMs: number;
  /** How long the probe says nothing where it plays a dead pool. */
  readonly silentMs: number;
  /** The time between two shares that vardiff aims at. */
  readonly paceMs: number;
}

export const MINER_PROBE_LIMITS: MinerProbeLimits = {
  answerMs: 10_000,
  quietMs: 2_000,
  shareMs: 60_000,
  graceMs: 2_000,
  leaveMs: 5_000,
  hammerMs: 50,
  returnMs: 90_000,
  silentMs: 10_000,
  paceMs: 250,
};

/** How long the probe waits for the miner's first connection. */
export const MINER_WAIT_MS = 120_000;

export interface MinerProbeOptions {
  /** The address that miners connect to. Any address but loopback needs `allowRemote`. */
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  readonly allowRemote?: boolean;
  readonly dialect: Dialect;
  /** The parameters that a Zcash miner solves. */
  readonly equihash: EquihashParams;
  /**
   * About how many solutions or hashes a second the miner makes. Where left out, the probe measures it by the first
   * shares, of which a fast machine sends thousands.
   */
  readonly rate?: number;
  /** How long the probe waits for the first connection, in milliseconds. */
  readonly waitMs?: number;
  readonly limits?: Partial<MinerProbeLimits>;
  /** Ids of the checks to run; all of the dialect where left out. */
  readonly only?: readonly string[];
}
