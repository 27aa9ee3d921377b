import { COMMON_HOSTILE_FAULTS } from './common-hostile.ts';
import { commonLoginFaults } from './common-logins.ts';
import { COMMON_MESSAGE_FAULTS } from './common-messages.ts';
import type { FaultCases } from './fault-case.ts';

/** One fault for each check that both dialects share. */
export const COMMON_ZCASH_FAULTS: FaultCases = {
  ...COMMON_MESSAGE_FAULTS,
  ...commonLoginFaults('zcash'),
  ...COMMON_HOSTILE_FAULTS,
};
export const COMMON_TRUESTRATUM_FAULTS: FaultCases = {
  ...COMMON_MESSAGE_FAULTS,
  ...commonLoginFaults('truestratum'),
  ...COMMON_HOSTILE_FAULTS,
};
