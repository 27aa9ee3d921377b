import type { EquihashParams } from '@adit/pow';
import type { Dialect } from '../wire/dialect.ts';

/** How long the probe waits for what, in milliseconds. */
export interface MinerProbeLimits {
  /** For the next step of a login, and for an answer. */
  readonly answerMs: number;
  /** After which it counts as certain that nothing comes. */
  readonly quietMs: number;
  /** For a share of an easy job. */
  readonly shareMs: number;
  /** How long after a clean job a share of an older one may still be on its way. */
  readonly graceMs: number;
  /** For a miner that was asked to connect again to leave. */
  readonly leaveMs: number;
  /** A miner that is turned away and comes again within this time does not wait. */
  readonly hammerMs: number;
  /** For a miner that left to be back: the reference TrueHash miner takes half a minute. */
  readonly returnMs: number;
  /** How long the pool says nothing where it plays dead. */
  readonly silentMs: number;
  /** Between two shares, at the difficulty that is aimed at. */
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

/** For the first connection. */
export const MINER_WAIT_MS = 120_000;

export interface MinerProbeOptions {
  /** Where miners connect; anything but loopback needs `allowRemote`. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly allowRemote?: boolean;
  readonly dialect: Dialect;
  /** What a Zcash miner solves. */
  readonly equihash: EquihashParams;
  /**
   * Solutions or hashes a second, about. Where left out the first shares tell, and a fast machine sends thousands of them.
   */
  readonly rate?: number;
  /** For the miner's first connection. */
  readonly waitMs?: number;
  readonly limits?: Partial<MinerProbeLimits>;
  /** Ids of checks; all of the dialect where left out. */
  readonly only?: readonly string[];
}
