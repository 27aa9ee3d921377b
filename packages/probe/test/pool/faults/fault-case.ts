import type { PoolProbeOptions } from '../../../src/index.ts';
import type { Fault, TestPoolOptions } from '../../support/fault.ts';

/** How a check is tried: on a pool that does this wrong, and on the same pool without the fault. */
export interface FaultCase extends Fault {
  /** What the pool does, for the name of the test. */
  readonly does: string;
  /** Of the pool in both runs. */
  readonly rig?: Partial<TestPoolOptions>;
  /** Of the probe in both runs. */
  readonly probe?: Partial<PoolProbeOptions>;
  /** What the check comes to on the pool without the fault, where it is not `pass`. */
  readonly healthy?: 'not_applicable' | 'cannot_tell';
}

/** By the id of the check. */
export type FaultCases = Readonly<Record<string, FaultCase>>;
