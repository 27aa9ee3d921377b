import type { Breach } from '@adit/money';
import type { Queries } from '../database/ledger-database.ts';
import { auditRows, FIRST_PREVIOUS, hashOfRow } from './audit.ts';

/** Rows read in one step. */
const PAGE = 1_000;

/**
 * I14: the chain of the audit is whole. It cannot see that the newest rows are missing: compare the last hash with one that was kept
 * elsewhere.
 * @returns the first row that does not follow from the one before, as a breach; nothing behind it can be trusted
 */
export async function verifyAudit(queries: Queries): Promise<readonly Breach[]> {
  let last = { number: 0, hash: FIRST_PREVIOUS };
  for (;;) {
    const rows = await auditRows(queries, { after: last.number, limit: PAGE });
    for (const row of rows) {
      const fault =
        row.number !== last.number + 1
          ? `row ${last.number + 1} is missing before it`
          : row.previous !== last.hash
            ? 'it does not have the hash of the row before'
            : row.hash !== hashOfRow(row)
              ? 'its hash is not that of its content'
              : undefined;
      if (fault !== undefined)
        return [{ invariant: 'I14', about: `row ${row.number} of the audit`, detail: fault }];
      last = row;
    }
    if (rows.length < PAGE) return [];
  }
}
