import type { Dialect } from '@adit/stratum';
import type { PoolProbeOptions, ProbeLimits } from '../../src/index.ts';
import { SMALL_EQUIHASH } from './zcash-engine.ts';

export const TEST_LIMITS: ProbeLimits = {
  answerMs: 1_500,
  quietMs: 300,
  promptMs: 1_000,
  jobMs: 1_500,
  refreshMs: 1_500,
  shareMs: 20_000,
  staleMs: 200,
  gapMs: 0,
  shutOutMs: 300,
};

/** Options for tests. Waits for messages that must come are long, and waits for messages that must not come are short. */
export function probeOptions(
  dialect: Dialect,
  port: number,
  changes: Partial<PoolProbeOptions> = {},
): PoolProbeOptions {
  return {
    host: '127.0.0.1',
    port,
    dialect,
    worker: 'alice.rig1',
    password: 'x',
    equihash: SMALL_EQUIHASH,
    aggressive: false,
    agent: 'adit-probe/test',
    limits: TEST_LIMITS,
    ...changes,
  };
}
