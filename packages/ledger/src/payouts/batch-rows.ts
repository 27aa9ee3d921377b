import type { BatchMachine, BatchPosition, BatchState, HoldReason, PayeeKind } from '@adit/money';
import { AditError, decodeHex, encodeHex } from '@adit/primitives';
import type { SqlRow, SqlValue } from '../database/ledger-database.ts';
import type { StoredBatch, StoredItem, StoredTransaction } from './stored-batch.ts';

/** Reads a batch out of its rows. @throws AditError `ADIT_LEDGER_DATABASE` for a value of another type */
export function batchFromRows(
  row: SqlRow,
  items: readonly SqlRow[],
  transactions: readonly SqlRow[],
): StoredBatch {
  const position: BatchPosition = {
    id: text(row, 'id'),
    machine: text(row, 'machine') as BatchMachine,
    state: text(row, 'state') as BatchState,
    heldFrom: textOrNull(row, 'held_from') as BatchPosition['heldFrom'],
    reason: textOrNull(row, 'reason') as HoldReason | null,
    txids: transactions.map((one) => text(one, 'txid')),
    minedTxid: textOrNull(row, 'mined_txid'),
  };
  return {
    position,
    chain: text(row, 'chain'),
    wallet: text(row, 'wallet'),
    version: number(row, 'version'),
    tag: text(row, 'tag'),
    detail: textOrNull(row, 'detail'),
    plannedMs: number(row, 'planned_ms'),
    approvedMs: numberOrNull(row, 'approved_ms'),
    calledMs: numberOrNull(row, 'called_ms'),
    caps: { payment: amount(row, 'payment_cap'), batch: amount(row, 'batch_cap') },
    mostFee: amount(row, 'most_fee'),
    feePlanned: amount(row, 'fee_planned'),
    feeReal: amountOrNull(row, 'fee_real'),
    startHeight: numberOrNull(row, 'start_height'),
    identity: textOrNull(row, 'wallet_identity'),
    remembered: listOf(text(row, 'remembered')),
    endedAt: numberOrNull(row, 'ended_at'),
    operation: textOrNull(row, 'operation'),
    draft: bytesOrNull(row, 'draft'),
    closedAt: numberOrNull(row, 'closed_at'),
    items: items.map(itemFromRow),
    transactions: transactions.map(transactionFromRow),
  };
}

/** The columns of a batch that may change, in the order of {@link BATCH_CHANGES}. */
export function changesOf(batch: StoredBatch, isOpen: boolean): readonly SqlValue[] {
  const { position } = batch;
  return [
    position.state,
    position.heldFrom,
    position.reason,
    batch.detail,
    position.minedTxid,
    isOpen ? 1 : 0,
    batch.approvedMs,
    batch.calledMs,
    decimal(batch.feeReal),
    batch.startHeight,
    batch.identity,
    batch.remembered.join(' '),
    batch.endedAt,
    batch.operation,
    hex(batch.draft),
    batch.closedAt,
  ];
}

/** Names of the columns that {@link changesOf} fills. */
export const BATCH_CHANGES: readonly string[] = [
  'state',
  'held_from',
  'reason',
  'detail',
  'mined_txid',
  'is_open',
  'approved_ms',
  'called_ms',
  'fee_real',
  'start_height',
  'wallet_identity',
  'remembered',
  'ended_at',
  'operation',
  'draft',
  'closed_at',
];

export function hex(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : encodeHex(bytes);
}

export function decimal(value: bigint | null): string | null {
  return value === null ? null : String(value);
}

export function text(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw unreadable(column, value);
}

export function textOrNull(row: SqlRow, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

export function number(row: SqlRow, column: string): number {
  const value = row[column];
  if (typeof value === 'number') return value;
  throw unreadable(column, value);
}

export function numberOrNull(row: SqlRow, column: string): number | null {
  return row[column] === null ? null : number(row, column);
}

export function amount(row: SqlRow, column: string): bigint {
  return BigInt(text(row, column));
}

export function amountOrNull(row: SqlRow, column: string): bigint | null {
  return row[column] === null ? null : amount(row, column);
}

function itemFromRow(row: SqlRow): StoredItem {
  return {
    account: text(row, 'account'),
    payee: {
      address: text(row, 'address'),
      receiver: text(row, 'receiver'),
      kind: text(row, 'kind') as PayeeKind,
    },
    gross: amount(row, 'gross'),
    feePart: amount(row, 'fee_part'),
    amount: amount(row, 'amount'),
  };
}

function transactionFromRow(row: SqlRow): StoredTransaction {
  return {
    txid: text(row, 'txid'),
    raw: bytesOrNull(row, 'raw'),
    inputs: listOf(textOrNull(row, 'inputs') ?? ''),
    fee: amountOrNull(row, 'fee'),
  };
}

function bytesOrNull(row: SqlRow, column: string): Uint8Array | null {
  return row[column] === null ? null : decodeHex(text(row, column));
}

function listOf(words: string): readonly string[] {
  return words === '' ? [] : words.split(' ');
}

function unreadable(column: string, value: SqlValue | undefined): AditError {
  return new AditError(
    'ADIT_LEDGER_DATABASE',
    `the column ${column} holds ${typeof value}, which it never should`,
  );
}
