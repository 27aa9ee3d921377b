import type { BatchMachine, BatchPosition, BatchState, HoldReason, PayeeKind } from '@adit/money';
import { decodeHex, encodeHex } from '@adit/primitives';
import { amountOf, decimal, numberOf, orNull, textOf } from '../database/cells.ts';
import type { SqlRow, SqlValue } from '../database/ledger-database.ts';
import type { StoredBatch, StoredItem, StoredTransaction } from './stored-batch.ts';

/** Reads a batch out of its rows. @throws AditError `ADIT_LEDGER_DAMAGED` for a value of another type */
export function batchFromRows(
  row: SqlRow,
  items: readonly SqlRow[],
  transactions: readonly SqlRow[],
): StoredBatch {
  const position: BatchPosition = {
    id: textOf(row, 'id'),
    machine: textOf(row, 'machine') as BatchMachine,
    state: textOf(row, 'state') as BatchState,
    heldFrom: orNull(row, 'held_from', textOf) as BatchPosition['heldFrom'],
    reason: orNull(row, 'reason', textOf) as HoldReason | null,
    txids: transactions.map((one) => textOf(one, 'txid')),
    minedTxid: orNull(row, 'mined_txid', textOf),
  };
  return {
    position,
    chain: textOf(row, 'chain'),
    wallet: textOf(row, 'wallet'),
    version: numberOf(row, 'version'),
    tag: textOf(row, 'tag'),
    detail: orNull(row, 'detail', textOf),
    plannedMs: numberOf(row, 'planned_ms'),
    approvedMs: orNull(row, 'approved_ms', numberOf),
    calledMs: orNull(row, 'called_ms', numberOf),
    caps: { payment: amountOf(row, 'payment_cap'), batch: amountOf(row, 'batch_cap') },
    mostFee: amountOf(row, 'most_fee'),
    feePlanned: amountOf(row, 'fee_planned'),
    feeReal: orNull(row, 'fee_real', amountOf),
    startHeight: orNull(row, 'start_height', numberOf),
    identity: orNull(row, 'wallet_identity', textOf),
    remembered: listOf(textOf(row, 'remembered')),
    endedAt: orNull(row, 'ended_at', numberOf),
    operation: orNull(row, 'operation', textOf),
    draft: bytesOrNull(row, 'draft'),
    closedAt: orNull(row, 'closed_at', numberOf),
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

/** @throws AditError `ADIT_LEDGER_DAMAGED` for a value of another type */
export function itemFromRow(row: SqlRow): StoredItem {
  return {
    account: textOf(row, 'account'),
    payee: {
      address: textOf(row, 'address'),
      receiver: textOf(row, 'receiver'),
      kind: textOf(row, 'kind') as PayeeKind,
    },
    gross: amountOf(row, 'gross'),
    feePart: amountOf(row, 'fee_part'),
    amount: amountOf(row, 'amount'),
    sender: orNull(row, 'sender', textOf),
    nonce: orNull(row, 'nonce', amountOf),
    isReleased: numberOf(row, 'is_released') === 1,
  };
}

function transactionFromRow(row: SqlRow): StoredTransaction {
  return {
    txid: textOf(row, 'txid'),
    raw: bytesOrNull(row, 'raw'),
    inputs: listOf(orNull(row, 'inputs', textOf) ?? ''),
    fee: orNull(row, 'fee', amountOf),
  };
}

function bytesOrNull(row: SqlRow, column: string): Uint8Array | null {
  return row[column] === null ? null : decodeHex(textOf(row, column));
}

function listOf(words: string): readonly string[] {
  return words === '' ? [] : words.split(' ');
}
