import { auditIsSealed, entriesAreSealed, logIsSealed, tablesAreSealed } from '../../seals/check-seals.ts';
import type { LedgerCheck } from './ledger-check.ts';

/** I16: all rows are those that the ledger wrote, and none is missing. */
export const sealsHold: LedgerCheck = async function* ({ queries }) {
  yield* logIsSealed(queries);
  yield* tablesAreSealed(queries);
  yield* entriesAreSealed(queries);
  yield* auditIsSealed(queries);
};
