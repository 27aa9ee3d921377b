import { type BatchState, IS_OPEN, stateBehindHold } from '@adit/money';
import { AditError } from '@adit/primitives';
import { amountOf, decimal, numberOf, textOf } from '../database/cells.ts';
import type { Queries, SqlRow, SqlValue } from '../database/ledger-database.ts';
import { BATCH_CHANGES, batchFromRows, changesOf, hex } from './batch-rows.ts';
import type { StoredBatch } from './stored-batch.ts';

/** Transactions that are remembered to tell a rebuilt wallet from the one that it was. */
const REMEMBERED = 20;

/** Whose batches a store keeps. */
export interface PayoutAccount {
  readonly chain: string;
  readonly wallet: string;
}

/** The batches of one wallet account. Every method works within the caller's transaction. */
export class PayoutStore {
  readonly #of: readonly SqlValue[];

  constructor({ chain, wallet }: PayoutAccount) {
    this.#of = [chain, wallet];
  }

  /** @returns the batch to which balances are bound; a held one counts by where it was held */
  async open(queries: Queries): Promise<StoredBatch | undefined> {
    const [found] = await this.#where(queries, 'is_open = 1');
    return found;
  }

  /** The open batch, and those that are held: what a step has to know. */
  async current(
    queries: Queries,
  ): Promise<{ readonly open: StoredBatch | undefined; readonly held: readonly StoredBatch[] }> {
    const found = await this.#where(queries, "is_open = 1 OR state = 'held'");
    return {
      open: found.find(isOpen),
      held: found.filter(({ position }) => position.state === 'held'),
    };
  }

  /** Batches that are planned, the oldest first. */
  planned(queries: Queries): Promise<readonly StoredBatch[]> {
    return this.#where(queries, "state = 'planned'");
  }

  /** Batches that ended above a height, and had a transaction. */
  closedSince(queries: Queries, height: number): Promise<readonly StoredBatch[]> {
    return this.#where(queries, "state IN ('settled', 'released') AND closed_at >= ?", [height]);
  }

  /** All batches, newest last. */
  all(queries: Queries): Promise<readonly StoredBatch[]> {
    return this.#where(queries, '1 = 1');
  }

  /** The state of every batch, by its id: a pool has some thousands. */
  async states(queries: Queries): Promise<ReadonlyMap<string, BatchState>> {
    const rows = await queries.all('SELECT id, state FROM batch WHERE chain = ? AND wallet = ?', this.#of);
    return new Map(rows.map((row) => [textOf(row, 'id'), textOf(row, 'state') as BatchState]));
  }

  async find(queries: Queries, id: string): Promise<StoredBatch | undefined> {
    const [found] = await this.#where(queries, 'id = ?', [id]);
    return found;
  }

  /** What was approved since a time and not given back. */
  async approvedSince(queries: Queries, sinceMs: number): Promise<bigint> {
    const rows = await queries.all(
      `SELECT item.gross FROM item JOIN batch ON batch.id = item.batch WHERE batch.chain = ? AND batch.wallet = ?
        AND batch.approved_ms >= ? AND batch.state NOT IN ('released', 'discarded') AND item.is_released = 0`,
      [...this.#of, sinceMs],
    );
    return rows.reduce((sum, row) => sum + BigInt(textOf(row, 'gross')), 0n);
  }

  /** The newest transactions of which the wallet gave the bytes since a time, so that it must know them. */
  async remembered(queries: Queries, sinceMs: number): Promise<readonly string[]> {
    const rows = await queries.all(
      `SELECT batch_txid.txid FROM batch_txid JOIN batch ON batch.id = batch_txid.batch
        WHERE batch.chain = ? AND batch.wallet = ? AND batch_txid.raw IS NOT NULL AND batch.planned_ms >= ? ORDER BY batch.planned_ms DESC, batch_txid.txid LIMIT ${REMEMBERED}`,
      [...this.#of, sinceMs],
    );
    return rows.map((row) => textOf(row, 'txid'));
  }

  /** Those of some tags and transactions that belong to another batch. */
  async others(
    queries: Queries,
    id: string,
    marks: { readonly tags: readonly string[]; readonly txids: readonly string[] },
  ): Promise<{ readonly tags: ReadonlySet<string>; readonly txids: ReadonlySet<string> }> {
    const tags = new Set<string>();
    const txids = new Set<string>();
    for (const tag of marks.tags) {
      const rows = await queries.all('SELECT id FROM batch WHERE tag = ? AND id <> ?', [tag, id]);
      if (rows.length > 0) tags.add(tag);
    }
    for (const txid of marks.txids) {
      const rows = await queries.all('SELECT batch FROM batch_txid WHERE txid = ? AND batch <> ?', [
        txid,
        id,
      ]);
      if (rows.length > 0) txids.add(txid);
    }
    return { tags, txids };
  }

  async insert(queries: Queries, batch: StoredBatch): Promise<void> {
    const fixed: Readonly<Record<string, SqlValue>> = {
      id: batch.position.id,
      chain: batch.chain,
      wallet: batch.wallet,
      machine: batch.position.machine,
      version: batch.version,
      tag: batch.tag,
      planned_ms: batch.plannedMs,
      payment_cap: String(batch.caps.payment),
      batch_cap: String(batch.caps.batch),
      most_fee: String(batch.mostFee),
      fee_planned: String(batch.feePlanned),
    };
    const columns = [...Object.keys(fixed), ...BATCH_CHANGES];
    const values = [...Object.values(fixed), ...changesOf(batch, isOpen(batch))];
    await queries.run(
      `INSERT INTO batch (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      values,
    );
    for (const [position, { account, payee, gross, feePart, amount }] of batch.items.entries())
      await queries.run(
        'INSERT INTO item (batch, position, account, address, receiver, kind, gross, fee_part, amount, is_released) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)',
        [
          batch.position.id,
          position,
          account,
          payee.address,
          payee.receiver,
          payee.kind,
          String(gross),
          String(feePart),
          String(amount),
        ],
      );
  }

  /**
   * Changes a batch, if it is still as the caller read it.
   * @returns the batch as it is now
   * @throws AditError `ADIT_PAYOUT_CHANGED` if somebody else changed it; the transaction has to be undone
   */
  async save(queries: Queries, before: StoredBatch, after: StoredBatch): Promise<StoredBatch> {
    const { id, state } = before.position;
    const changed = await queries.run(
      `UPDATE batch SET ${BATCH_CHANGES.map((column) => `${column} = ?`).join(', ')}, version = ?
        WHERE id = ? AND state = ? AND version = ?`,
      [...changesOf(after, isOpen(after)), before.version + 1, id, state, before.version],
    );
    if (changed !== 1)
      throw new AditError('ADIT_PAYOUT_CHANGED', `batch ${id} is not as it was read; nothing was changed`);
    await this.#saveItems(queries, before, after);
    const known = new Map(after.transactions.map((one) => [one.txid, one]));
    for (const [position, txid] of after.position.txids.entries()) {
      const { raw = null, inputs = [], fee = null } = known.get(txid) ?? {};
      await queries.run(
        `INSERT INTO batch_txid (txid, batch, position, raw, inputs, fee) VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT (txid) DO UPDATE SET raw = excluded.raw, inputs = excluded.inputs, fee = excluded.fee
          WHERE batch_txid.batch = excluded.batch`,
        [txid, id, position, hex(raw), inputs.join(' '), decimal(fee)],
      );
    }
    const owned = await queries.all('SELECT txid FROM batch_txid WHERE batch = ?', [id]);
    if (owned.length !== after.position.txids.length)
      throw new AditError(
        'ADIT_PAYOUT_CHANGED',
        `a transaction of batch ${id} belongs to another batch; nothing was changed`,
      );
    const saved = await this.find(queries, id);
    if (saved === undefined) throw new AditError('ADIT_PAYOUT_CHANGED', `batch ${id} is gone`);
    return saved;
  }

  /** Writes nonces, and what was given back. Nothing else of an item ever changes. */
  async #saveItems(queries: Queries, before: StoredBatch, { items, position: { id } }: StoredBatch) {
    if (items === before.items) return;
    for (const [position, { sender, nonce, isReleased }] of items.entries())
      await queries.run(
        'UPDATE item SET sender = ?, nonce = ?, is_released = ? WHERE batch = ? AND position = ?',
        [sender, decimal(nonce), isReleased ? 1 : 0, id, position],
      );
  }

  /** The highest nonce that the ledger ever gave to a payment of an account, and when its batch was planned. */
  async lastNonce(
    queries: Queries,
    sender: string,
  ): Promise<{ readonly nonce: bigint; readonly plannedMs: number } | undefined> {
    // Texts of one length are ordered as their numbers are.
    const [row] = await queries.all(
      `SELECT item.nonce AS nonce, batch.planned_ms AS planned_ms FROM item JOIN batch ON batch.id = item.batch
        WHERE item.sender = ? ORDER BY LENGTH(item.nonce) DESC, item.nonce DESC LIMIT 1`,
      [sender],
    );
    return row === undefined
      ? undefined
      : { nonce: amountOf(row, 'nonce'), plannedMs: numberOf(row, 'planned_ms') };
  }

  /** Binds the accounts of a batch to it. @throws AditError of the database if one is bound already */
  async pin(queries: Queries, batch: StoredBatch): Promise<void> {
    for (const { account } of batch.items)
      await queries.run('INSERT INTO pin (chain, account, batch) VALUES (?, ?, ?)', [
        batch.chain,
        account,
        batch.position.id,
      ]);
  }

  /** Frees one account of a batch whose item was given back. */
  async unpinAccount(queries: Queries, batch: StoredBatch, account: string): Promise<void> {
    await queries.run('DELETE FROM pin WHERE batch = ? AND account = ?', [batch.position.id, account]);
  }

  async unpin(queries: Queries, batch: StoredBatch): Promise<void> {
    await queries.run('DELETE FROM pin WHERE batch = ?', [batch.position.id]);
  }

  /** Three statements, however many batches there are. */
  async #where(
    queries: Queries,
    condition: string,
    values: readonly SqlValue[] = [],
  ): Promise<readonly StoredBatch[]> {
    const all = [...this.#of, ...values];
    const where = `chain = ? AND wallet = ? AND (${condition})`;
    const rows = await queries.all(`SELECT * FROM batch WHERE ${where} ORDER BY planned_ms, id`, all);
    if (rows.length === 0) return [];
    const of = `batch IN (SELECT id FROM batch WHERE ${where}) ORDER BY batch, position`;
    const items = Map.groupBy(await queries.all(`SELECT * FROM item WHERE ${of}`, all), batchIn);
    const transactions = Map.groupBy(await queries.all(`SELECT * FROM batch_txid WHERE ${of}`, all), batchIn);
    return rows.map((row) => {
      const id = textOf(row, 'id');
      return batchFromRows(row, items.get(id) ?? [], transactions.get(id) ?? []);
    });
  }
}

function batchIn(row: SqlRow): string {
  return textOf(row, 'batch');
}

/** Whether balances are bound to a batch. */
function isOpen({ position }: StoredBatch): boolean {
  return IS_OPEN[stateBehindHold(position)];
}
