import type { CsvCell } from '@adit/primitives';
import { csvText, csvTime } from '../csv.ts';
import type { RouteCall } from '../route.ts';
import { blocksDocument } from './block-documents.ts';
import { accountPayoutsDocument, creditsDocument, payoutsDocument } from './money-documents.ts';

/** Rows of one table: years of a pool that finds some blocks a day. A program that wants more walks the list. */
const MOST_ROWS = 10_000;
const PAGE_ROWS = 100;

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** `/chains/{chain}/blocks.csv` */
export async function blocksTable(call: RouteCall): Promise<string> {
  const rows = await allRows(call, blocksDocument, (one) => [
    csvTime(one.foundMs),
    one.height,
    one.kind,
    one.state,
    one.confirmations,
    one.effort,
    one.roundSeconds,
    one.reward,
    one.finder,
    one.hash,
  ]);
  const head = 'found,height,kind,state,confirmations,effort,round_seconds,reward,finder,hash';
  return csvText(head.split(','), rows);
}

/** `/chains/{chain}/payouts.csv` */
export async function payoutsTable(call: RouteCall): Promise<string> {
  const rows = await allRows(call, payoutsDocument, (one) => [
    csvTime(one.createdMs),
    csvTime(one.sentMs),
    one.state,
    one.recipients,
    one.amount,
    one.fee,
    one.txid,
    one.id,
  ]);
  return csvText('created,sent,state,recipients,amount,fee,txid,id'.split(','), rows);
}

/** `/chains/{chain}/accounts/{account}/payouts.csv` */
export async function accountPayoutsTable(call: RouteCall): Promise<string> {
  const rows = await allRows(call, accountPayoutsDocument, (one) => [
    csvTime(one.ms),
    one.amount,
    one.state,
    one.txid,
    one.id,
  ]);
  return csvText('time,amount,state,txid,id'.split(','), rows);
}

/** `/chains/{chain}/accounts/{account}/credits.csv` */
export async function creditsTable(call: RouteCall): Promise<string> {
  const rows = await allRows(call, creditsDocument, (one) => [
    csvTime(one.ms),
    one.height,
    one.weightRatio,
    one.amount,
    one.state,
    one.hash,
  ]);
  return csvText('time,height,weight_ratio,amount,state,hash'.split(','), rows);
}

/** Walks a list from its newest row on. */
async function allRows<Item>(
  call: RouteCall,
  page: (
    call: RouteCall<{ readonly cursor?: string | undefined; readonly limit: number }>,
  ) => Promise<Page<Item>>,
  rowOf: (item: Item) => readonly CsvCell[],
): Promise<(readonly CsvCell[])[]> {
  const rows: (readonly CsvCell[])[] = [];
  let cursor: string | undefined;
  while (rows.length < MOST_ROWS) {
    const { items, next } = await page({ ...call, query: { cursor, limit: PAGE_ROWS } });
    rows.push(...items.map(rowOf));
    if (next === null) break;
    cursor = next;
  }
  return rows;
}
