import { amountOf, numberOf, orNull, textOf } from '../database/cells.ts';
import type { Queries, SqlRow, SqlValue } from '../database/ledger-database.ts';

/** A batch as it is shown to everybody: without its payees. */
export interface ShownBatch {
  readonly id: string;
  /** As `BatchState` of the money's room has it. */
  readonly state: string;
  readonly plannedMs: number;
  readonly calledMs: number | null;
  readonly recipients: number;
  readonly amount: bigint;
  readonly fee: bigint | null;
  readonly txid: string | null;
}

/** A page of batches, the newest first: those before this one, or the newest ones. */
export interface BatchPage {
  readonly before?: { readonly plannedMs: number; readonly id: string } | undefined;
  readonly limit: number;
}

/** What an account gets of a batch. */
export interface ShownPayout {
  readonly batch: string;
  readonly state: string;
  readonly plannedMs: number;
  readonly calledMs: number | null;
  readonly amount: bigint;
  readonly txid: string | null;
}

/** Which batches `b` are shown: one that was never sent is nothing that a miner could see. */
export const SHOWN = "b.state NOT IN ('planned', 'released', 'discarded')";
const BEFORE = ' AND (b.planned_ms < ? OR (b.planned_ms = ? AND b.id < ?))';
const COLUMNS =
  'b.id AS id, b.state AS state, b.planned_ms AS planned_ms, b.called_ms AS called_ms, b.fee_real AS fee_real, b.mined_txid AS mined_txid, (SELECT max(t.txid) FROM batch_txid t WHERE t.batch = b.id) AS txid';

/** Reads the batches of a chain. */
export async function shownBatches(
  queries: Queries,
  chain: string,
  { before, limit }: BatchPage,
): Promise<readonly ShownBatch[]> {
  const rows = await queries.all(
    `SELECT ${COLUMNS} FROM batch b WHERE b.chain = ? AND ${SHOWN}${before === undefined ? '' : BEFORE} ORDER BY b.planned_ms DESC, b.id DESC LIMIT ?`,
    [chain, ...placeOf(before), limit],
  );
  return Promise.all(rows.map((row) => batchOf(queries, row)));
}

/** Reads one of them. */
export async function shownBatch(
  queries: Queries,
  chain: string,
  id: string,
): Promise<ShownBatch | undefined> {
  const [row] = await queries.all(
    `SELECT ${COLUMNS} FROM batch b WHERE b.chain = ? AND b.id = ? AND ${SHOWN}`,
    [chain, id],
  );
  return row === undefined ? undefined : batchOf(queries, row);
}

/** Reads the payouts of one account, the newest first. */
export async function shownPayouts(
  queries: Queries,
  chain: string,
  account: string,
  { before, limit }: BatchPage,
): Promise<readonly ShownPayout[]> {
  const rows = await queries.all(
    `SELECT ${COLUMNS}, i.amount AS amount FROM item i JOIN batch b ON b.id = i.batch
     WHERE i.account = ? AND i.is_released = 0 AND b.chain = ? AND ${SHOWN}${before === undefined ? '' : BEFORE} ORDER BY b.planned_ms DESC, b.id DESC LIMIT ?`,
    [account, chain, ...placeOf(before), limit],
  );
  return rows.map((row) => ({
    batch: textOf(row, 'id'),
    state: textOf(row, 'state'),
    plannedMs: numberOf(row, 'planned_ms'),
    calledMs: orNull(row, 'called_ms', numberOf),
    amount: amountOf(row, 'amount'),
    txid: txidOf(row),
  }));
}

/** The sum of all that settled batches have paid. A pool has some thousands of batches; the caller keeps the sum for a while. */
export async function paidSum(queries: Queries, chain: string): Promise<bigint> {
  const rows = await queries.all(
    "SELECT i.gross AS gross FROM item i JOIN batch b ON b.id = i.batch WHERE b.chain = ? AND b.state = 'settled' AND i.is_released = 0",
    [chain],
  );
  return rows.reduce((sum, row) => sum + amountOf(row, 'gross'), 0n);
}

async function batchOf(queries: Queries, row: SqlRow): Promise<ShownBatch> {
  const id = textOf(row, 'id');
  const items = await queries.all('SELECT amount FROM item WHERE batch = ? AND is_released = 0', [id]);
  return {
    id,
    state: textOf(row, 'state'),
    plannedMs: numberOf(row, 'planned_ms'),
    calledMs: orNull(row, 'called_ms', numberOf),
    recipients: items.length,
    amount: items.reduce((sum, item) => sum + amountOf(item, 'amount'), 0n),
    fee: orNull(row, 'fee_real', amountOf),
    txid: txidOf(row),
  };
}

function txidOf(row: SqlRow): string | null {
  return orNull(row, 'mined_txid', textOf) ?? orNull(row, 'txid', textOf);
}

function placeOf(before: BatchPage['before']): readonly SqlValue[] {
  return before === undefined ? [] : [before.plannedMs, before.plannedMs, before.id];
}
