import type { ClientTlsOptions } from '@adit/net';
import type { EquihashParams } from '@adit/pow';
import type { Dialect } from '../wire/dialect.ts';

/** How long the probe waits for what, in milliseconds. */
export interface ProbeLimits {
  /** For an answer, and for a connection. */
  readonly answerMs: number;
  /** After which it counts as certain that nothing comes. */
  readonly quietMs: number;
  /** For a new job, without anything having happened. */
  readonly jobMs: number;
  /** After which a pool should have sent one: waiting for less proves nothing. */
  readonly refreshMs: number;
  /** For solving one share. */
  readonly shareMs: number;
  /** How long after a clean job a share of an older one is still allowed to be on its way. */
  readonly staleMs: number;
  /** Between two connections, so that no limit of a pool takes the questions for a flood. */
  readonly gapMs: number;
  /** Before a check is asked again that met a closed door. */
  readonly shutOutMs: number;
}

export const PROBE_LIMITS: ProbeLimits = {
  answerMs: 5_000,
  quietMs: 1_000,
  jobMs: 65_000,
  refreshMs: 60_000,
  shareMs: 60_000,
  staleMs: 15_000,
  gapMs: 50,
  shutOutMs: 12_000,
};

export interface PoolProbeOptions {
  /** Anything but loopback needs `operated`. */
  readonly host: string;
  /** The operator says that the pool is theirs. */
  readonly operated?: boolean;
  readonly port: number;
  readonly tls?: ClientTlsOptions;
  readonly dialect: Dialect;
  readonly worker: string;
  readonly password: string;
  /** Of the chain behind a Zcash port. */
  readonly equihash: EquihashParams;
  /** Also floods, and connections that are slow on purpose. */
  readonly aggressive: boolean;
  readonly agent: string;
  readonly limits: ProbeLimits;
  /** Ids of checks; all where left out. */
  readonly only?: readonly string[];
}
