import { type AuditRow, auditRows } from '@adit/ledger';
import { withLedger } from '../../ledger/open-ledger.ts';
import { plain } from '../../log/plain.ts';
import { wholeOption } from '../number-option.ts';
import { print, timeText } from '../print.ts';
import type { LedgerOptions } from './options.ts';

/** More rows than any ledger has. */
const MOST = 1_000_000_000;

/** `adit ledger audit`: who did what, in the order in which it was done. */
export async function runAudit(
  options: LedgerOptions & { readonly after: string; readonly limit: string },
): Promise<void> {
  const page = {
    after: wholeOption('--after', options.after, 0, MOST),
    limit: wholeOption('--limit', options.limit, 1, MOST),
  };
  const rows = await withLedger(options.config, ({ database }) =>
    database.read((queries) => auditRows(queries, page)),
  );
  print(options, { rows: rows.map(jsonRow) }, () =>
    rows.length === 0 ? 'no more rows' : rows.map(rowLine).join('\n'),
  );
}

function jsonRow({ content, timeMs, ...row }: AuditRow): unknown {
  return { ...row, time: new Date(timeMs).toISOString(), content: JSON.parse(content) as unknown };
}

function rowLine({ number, timeMs, actor, action, subject, content }: AuditRow): string {
  return `${number}  ${timeText(timeMs)}  ${plain(actor)}  ${action} ${plain(subject)}  ${plain(content)}`;
}
