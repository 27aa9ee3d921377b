import { isPaidAtOnce, type SchemeKind } from '@adit/money';
import { numberOf } from '../database/cells.ts';
import type { Queries, SqlRow } from '../database/ledger-database.ts';
import { eachRow } from '../database/pages.ts';
import { accountNames } from '../shares/share-accounts.ts';
import { unpackSums } from '../shares/slice-codec.ts';
import { bytesOf, openSlice, SLICE_FACTS, sliceFactsIn } from '../shares/slice-store.ts';

/** The scores of an account by scheme. */
export type ScoresOfAccount = ReadonlyMap<SchemeKind, bigint>;

/** Scores of shares that are paid at once. */
export interface PaidScores {
  /** By account, in the order in which they came. */
  readonly accounts: ReadonlyMap<string, ScoresOfAccount>;
  /** The latest time in the slices that hold them; 0 if there are none. */
  readonly lastMs: number;
}

/** Slices that are in memory at once. */
const PAGE = 16;

/**
 * Sums the scores of shares that are paid at once. Slices that lie within the interval are taken by their sums; those at its ends are
 * opened.
 * @throws AditError `ADIT_LEDGER_SHARES` if an end lies in a slice whose single shares were given up
 */
export async function paidScores(
  queries: Queries,
  chain: string,
  { first, last }: { readonly first: number; readonly last: number },
): Promise<PaidScores> {
  const byId = new Map<number, Map<SchemeKind, bigint>>();
  let lastMs = 0;
  const add = (account: number, scheme: SchemeKind, score: bigint) => {
    if (!isPaidAtOnce(scheme)) return;
    const scores = byId.get(account) ?? new Map<SchemeKind, bigint>();
    scores.set(scheme, (scores.get(scheme) ?? 0n) + score);
    byId.set(account, scores);
  };
  const from = await firstOfSlice(queries, chain, first);
  const rows = eachRow<SqlRow>(
    (before) =>
      queries.all(
        `SELECT ${SLICE_FACTS}, sums FROM slice WHERE chain = ? AND first_number >= ? AND first_number <= ? ORDER BY first_number LIMIT ?`,
        [chain, before === undefined ? from : numberOf(before, 'first_number') + 1, last, PAGE],
      ),
    PAGE,
  );
  for await (const row of rows) {
    const facts = sliceFactsIn(row);
    if (facts.last < first) continue;
    lastMs = Math.max(lastMs, facts.lastMs);
    if (facts.first >= first && facts.last <= last)
      for (const { account, scheme, score } of unpackSums(bytesOf(row, 'sums'))) add(account, scheme, score);
    else
      for (const share of (await openSlice(queries, chain, facts.first)).shares)
        if (share.number >= first && share.number <= last) add(share.account, share.scheme, share.score);
  }
  const names = await accountNames(queries, chain, new Set(byId.keys()));
  return { accounts: new Map([...byId].map(([id, scores]) => [names.get(id) ?? `#${id}`, scores])), lastMs };
}

/** Where the slice begins that holds a share. */
async function firstOfSlice(queries: Queries, chain: string, number: number): Promise<number> {
  const [row] = await queries.all(
    'SELECT first_number FROM slice WHERE chain = ? AND first_number <= ? ORDER BY first_number DESC LIMIT 1',
    [chain, number],
  );
  return row === undefined ? number : numberOf(row, 'first_number');
}
