import { type AuditRow, auditRows } from '@adit/ledger';
import { AditError } from '@adit/primitives';
import { withLedger } from '../../ledger/open-ledger.ts';
import { plain } from '../../log/plain.ts';
import { type LedgerOptions, print, timeText } from './print.ts';

/** `adit ledger audit`: who did what, in the order in which it was done. */
export async function runAudit(
  options: LedgerOptions & { readonly after: string; readonly limit: string },
): Promise<void> {
  const page = {
    after: wholeNumber('--after', options.after, 0),
    limit: wholeNumber('--limit', options.limit, 1),
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

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least && value <= 1_000_000_000) return value;
  throw new AditError('ADIT_BAD_OPTION', `${option}: found ${text}, expected a whole number from ${least}`);
}
