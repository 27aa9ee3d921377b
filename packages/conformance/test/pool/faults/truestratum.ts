import type { FaultCases } from './fault-case.ts';
import { TRUE_HANDSHAKE_FAULTS } from './truestratum-handshake.ts';
import { TRUE_JOB_FAULTS, TRUE_SEED_FAULTS } from './truestratum-jobs.ts';
import { TRUE_SHARE_FAULTS } from './truestratum-shares.ts';

/** One fault for each check that only a TrueStratum pool is asked. */
export const TRUESTRATUM_ONLY_FAULTS: FaultCases = {
  ...TRUE_HANDSHAKE_FAULTS,
  ...TRUE_SHARE_FAULTS,
  ...TRUE_JOB_FAULTS,
  ...TRUE_SEED_FAULTS,
};
