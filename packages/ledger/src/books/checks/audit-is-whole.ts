import { verifyAudit } from '../verify-audit.ts';
import type { LedgerCheck } from './ledger-check.ts';

/** I14: the chain of the audit is whole. */
export const auditIsWhole: LedgerCheck = async function* ({ queries }) {
  for (const { about, detail } of await verifyAudit(queries)) yield { chain: null, about, detail };
};
