import type { Breach } from '@adit/money';
import type { Queries } from '../database/ledger-database.ts';
import { eachRow, PAGE_ROWS } from '../database/pages.ts';
import { type AuditRow, auditRows, FIRST_PREVIOUS, hashOfRow } from './audit.ts';

/**
 * I14: the chain of the audit is whole. It cannot see that the newest rows are missing: compare the last hash with one that was kept
 * elsewhere.
 * @returns the first row that does not follow from the one before, as a breach; nothing behind it can be trusted
 */
export async function verifyAudit(queries: Queries): Promise<readonly Breach[]> {
  const rows = eachRow<AuditRow>((row) => auditRows(queries, { after: row?.number ?? 0, limit: PAGE_ROWS }));
  let last: Pick<AuditRow, 'number' | 'hash'> = { number: 0, hash: FIRST_PREVIOUS };
  for await (const row of rows) {
    const detail = faultOf(row, last);
    if (detail !== undefined) return [{ invariant: 'I14', about: `row ${row.number} of the audit`, detail }];
    last = row;
  }
  return [];
}

function faultOf(row: AuditRow, last: Pick<AuditRow, 'number' | 'hash'>): string | undefined {
  if (row.number !== last.number + 1) return `row ${last.number + 1} is missing before it`;
  if (row.previous !== last.hash) return 'it does not have the hash of the row before';
  return row.hash === hashOfRow(row) ? undefined : 'its hash is not that of its content';
}
