import { numberOf, textOf } from '../../database/cells.ts';
import type { Queries, SqlRow } from '../../database/ledger-database.ts';
import { eachRow, PAGE_ROWS } from '../../database/pages.ts';
import { subjectOf } from '../accounts.ts';
import { canonicalJson, type JsonValue } from '../canonical-json.ts';
import type { Finding, LedgerCheck } from './ledger-check.ts';

/** A table whose rows have one row of the audit each, in the same order for each account. */
interface Audited {
  readonly table: 'payee' | 'terms';
  /** What of a row the audit tells. */
  readonly factsOf: (row: SqlRow) => { readonly [member: string]: JsonValue };
}

const AUDITED: readonly Audited[] = [
  {
    table: 'payee',
    factsOf: (row) => ({
      payee:
        row['address'] === null
          ? null
          : {
              address: textOf(row, 'address'),
              receiver: textOf(row, 'receiver'),
              kind: textOf(row, 'kind'),
            },
      sinceMs: numberOf(row, 'since_ms'),
    }),
  },
  {
    table: 'terms',
    factsOf: (row) => ({
      feePpm: cellOf(row, 'fee_ppm'),
      donation:
        row['donation_ppm'] === null
          ? null
          : { ppm: cellOf(row, 'donation_ppm'), cause: cellOf(row, 'cause') },
      minimum: cellOf(row, 'minimum'),
      sinceMs: numberOf(row, 'since_ms'),
    }),
  },
];

/**
 * I17: who is paid, on which terms, and whether anybody is, is what the audit says. Where a person took the books over as they stood,
 * the audit says that instead, and only seals tell what came after it.
 */
export const whoIsPaidIsAudited: LedgerCheck = async function* ({ queries }) {
  const accepted = await queries.all("SELECT number FROM audit WHERE action = 'books_sealed' LIMIT 1");
  if (accepted.length > 0) return;
  for (const audited of AUDITED) yield* rowsAreAudited(queries, audited);
  yield* parkedIsAudited(queries);
  yield* modesAreAudited(queries);
};

async function* rowsAreAudited(queries: Queries, { table, factsOf }: Audited): AsyncGenerator<Finding> {
  const rows = eachRow<SqlRow>((last) =>
    queries.all(
      `SELECT * FROM ${table} WHERE (chain, account, position) > (?, ?, ?) ORDER BY chain, account, position LIMIT ?`,
      last === undefined
        ? ['', '', -1, PAGE_ROWS]
        : [textOf(last, 'chain'), textOf(last, 'account'), numberOf(last, 'position'), PAGE_ROWS],
    ),
  );
  let count = 0;
  for await (const row of rows) {
    count += 1;
    const [chain, account] = [textOf(row, 'chain'), textOf(row, 'account')];
    const [audit] = await queries.all(
      'SELECT content FROM audit WHERE subject = ? AND action = ? ORDER BY number LIMIT 1 OFFSET ?',
      [subjectOf(chain, account), table, numberOf(row, 'position')],
    );
    const facts = factsOf(row);
    if (audit === undefined || contentOf(audit, Object.keys(facts)) !== canonicalJson(facts))
      yield { chain, about: account, detail: `the audit has another ${table}` };
  }
  const [audits] = await queries.all('SELECT COUNT(*) AS audits FROM audit WHERE action = ?', [table]);
  const written = audits === undefined ? 0 : numberOf(audits, 'audits');
  if (written !== count)
    yield { chain: null, about: table, detail: `there are ${count} rows, the audit has ${written}` };
}

async function* parkedIsAudited(queries: Queries): AsyncGenerator<Finding> {
  const audits = await queries.all(
    "SELECT subject, content, action FROM audit WHERE number IN (SELECT MAX(number) FROM audit WHERE action IN ('park', 'unpark') GROUP BY subject)",
  );
  const parked = new Map<string, string>();
  for (const row of audits)
    if (row['action'] === 'park') parked.set(textOf(row, 'subject'), contentOf(row, ['reason']));
  const rows = await queries.all('SELECT chain, name, parked FROM account WHERE parked IS NOT NULL');
  for (const row of rows) {
    const [chain, name] = [textOf(row, 'chain'), textOf(row, 'name')];
    const subject = subjectOf(chain, name);
    if (parked.get(subject) !== canonicalJson({ reason: textOf(row, 'parked') }))
      yield { chain, about: name, detail: 'it is parked, and the audit does not say so' };
    parked.delete(subject);
  }
  for (const about of parked.keys())
    yield { chain: null, about, detail: 'the audit says that it is parked, and it is not' };
}

async function* modesAreAudited(queries: Queries): AsyncGenerator<Finding> {
  for (const row of await queries.all('SELECT chain, wallet, mode FROM payout_control')) {
    const [chain, wallet] = [textOf(row, 'chain'), textOf(row, 'wallet')];
    const [audit] = await queries.all(
      "SELECT content FROM audit WHERE subject = ? AND action = 'payouts_mode' ORDER BY number DESC LIMIT 1",
      [`wallet:${chain}:${wallet}`],
    );
    const mode = audit === undefined ? canonicalJson({ mode: 'off' }) : contentOf(audit, ['mode']);
    if (mode !== canonicalJson({ mode: textOf(row, 'mode') }))
      yield { chain, about: wallet, detail: 'the audit has another mode of payouts' };
  }
}

/** Some members of a row's content, as canonical JSON; empty for content that is not JSON. */
function contentOf(row: SqlRow, members: readonly string[]): string {
  try {
    const content: Readonly<Record<string, JsonValue>> = { ...JSON.parse(textOf(row, 'content')) };
    return canonicalJson(Object.fromEntries(members.map((name) => [name, content[name] ?? null])));
  } catch {
    return '';
  }
}

function cellOf(row: SqlRow, column: string): string | null {
  return row[column] === null ? null : textOf(row, column);
}
