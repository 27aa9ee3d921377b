import type { PoolProbeOptions } from '../../../src/index.ts';
import type { Fault, TestPoolOptions } from '../../support/fault.ts';

/** How a test tries a check: on a pool with this fault, and on the same pool without it. */
export interface FaultCase extends Fault {
  /** What the pool does, for the name of the test. */
  readonly does: string;
  /** Options of the pool in both runs. */
  readonly rig?: Partial<TestPoolOptions>;
  /** Options of the probe in both runs. */
  readonly probe?: Partial<PoolProbeOptions>;
  /** The outcome on the pool without the fault; `pass` where left out. */
  readonly healthy?: 'not_applicable' | 'cannot_tell';
}

/** The cases by the ids of their checks. */
export type FaultCases = Readonly<Record<string, FaultCase>>;
