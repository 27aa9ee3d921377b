import type { ClientTlsOptions } from '@adit/net';
import type { EquihashParams } from '@adit/pow';
import type { Dialect } from '@adit/stratum';

/** How long the probe waits, in milliseconds. */
export interface ProbeLimits {
  /** For an answer, or for a connection. */
  readonly answerMs: number;
  /** After this time the probe is sure that nothing comes. */
  readonly quietMs: number;
  /** A first job that comes later than this after the login does not come at once. */
  readonly promptMs: number;
  /** For a new job that comes without a cause. */
  readonly jobMs: number;
  /** After this time a pool should have sent a new job. A shorter wait proves nothing. */
  readonly refreshMs: number;
  /** For solving one share. */
  readonly shareMs: number;
  /** How long after a clean job a pool may still accept a share of an older one. */
  readonly staleMs: number;
  /** Between two connections, so that the limits of a pool do not take the probe for a flood. */
  readonly gapMs: number;
  /** Before a check that the pool shut out is asked again. */
  readonly shutOutMs: number;
}

export const PROBE_LIMITS: ProbeLimits = {
  answerMs: 5_000,
  quietMs: 1_000,
  promptMs: 1_000,
  jobMs: 65_000,
  refreshMs: 60_000,
  shareMs: 60_000,
  staleMs: 15_000,
  gapMs: 50,
  shutOutMs: 12_000,
};

/** The most that a run asks of a pool without `aggressive`. docs/probe.md promises it. */
export const MODEST_RUN = { connections: 300, lines: 1_200, submissions: 300 } as const;

export interface PoolProbeOptions {
  /** The pool. Any host but loopback needs `operated`. */
  readonly host: string;
  /** Set where the user says that they operate the pool. */
  readonly operated?: boolean;
  readonly port: number;
  readonly tls?: ClientTlsOptions;
  readonly dialect: Dialect;
  readonly worker: string;
  readonly password: string;
  /** The parameters of the chain behind a Zcash port. */
  readonly equihash: EquihashParams;
  /** Whether to ask the checks that flood the pool or are slow on purpose. */
  readonly aggressive: boolean;
  readonly agent: string;
  readonly limits: ProbeLimits;
  /** Ids of the checks to ask; all where left out. */
  readonly only?: readonly string[];
}
