import { COMMON_TRUESTRATUM_FAULTS, COMMON_ZCASH_FAULTS } from './common.ts';
import type { FaultCases } from './fault-case.ts';
import { ONE_PRICE_TRUE_FAULTS, ONE_PRICE_ZCASH_FAULTS } from './one-price.ts';
import { TRUESTRATUM_ONLY_FAULTS } from './truestratum.ts';
import { ZCASH_HANDSHAKE_FAULTS } from './zcash-handshake.ts';
import { ZCASH_SESSION_FAULTS } from './zcash-sessions.ts';
import { ZCASH_SUBMISSION_FAULTS } from './zcash-submissions.ts';

/** One fault for each check that can be asked of a Zcash pool. */
export const ZCASH_FAULTS: FaultCases = {
  ...COMMON_ZCASH_FAULTS,
  ...ZCASH_HANDSHAKE_FAULTS,
  ...ZCASH_SUBMISSION_FAULTS,
  ...ZCASH_SESSION_FAULTS,
  ...ONE_PRICE_ZCASH_FAULTS,
};

/** One fault for each check that can be asked of a TrueStratum pool. */
export const TRUESTRATUM_FAULTS: FaultCases = {
  ...COMMON_TRUESTRATUM_FAULTS,
  ...TRUESTRATUM_ONLY_FAULTS,
  ...ONE_PRICE_TRUE_FAULTS,
};
