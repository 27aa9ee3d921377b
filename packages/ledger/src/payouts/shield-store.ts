import type { ShieldingSeen } from '@adit/money';
import { AditError } from '@adit/primitives';
import { amountOf, decimal, numberOf, orNull, textOf } from '../database/cells.ts';
import type { Queries, SqlRow } from '../database/ledger-database.ts';
import type { PayoutAccount } from './payout-store.ts';

/**
 * Where a shielding stands: the wallet is asked; a transaction is known; it is in a block; the wallet can spend it; it is deep. A
 * call that made nothing has `failed`, and a transaction that was not mined in time is `gone`.
 */
export type ShieldState = 'calling' | 'sent' | 'mined' | 'ready' | 'closed' | 'failed' | 'gone';

/** A shielding as the ledger keeps it. */
export interface StoredShielding {
  readonly id: string;
  readonly state: ShieldState;
  readonly version: number;
  readonly calledMs: number;
  /** Height of the tip before the call. */
  readonly startHeight: number;
  readonly operation: string | null;
  readonly txid: string | null;
  /** From 1; the next one after a reorganisation took it out. */
  readonly generation: number;
  readonly value: bigint | null;
  readonly fee: bigint | null;
}

/** The shieldings of one wallet account. */
export class ShieldStore {
  readonly #of: PayoutAccount;

  constructor({ chain, wallet }: PayoutAccount) {
    this.#of = { chain, wallet };
  }

  /** Those that can still move. */
  async watched(queries: Queries): Promise<readonly StoredShielding[]> {
    const rows = await queries.all(
      "SELECT * FROM shield WHERE chain = ? AND wallet = ? AND state NOT IN ('closed', 'failed') ORDER BY called_ms, id",
      [this.#of.chain, this.#of.wallet],
    );
    return rows.map(fromRow);
  }

  /** @returns those of some transactions that the ledger does not know */
  async unknown(queries: Queries, listed: readonly ShieldingSeen[]): Promise<readonly ShieldingSeen[]> {
    const unknown: ShieldingSeen[] = [];
    for (const one of listed) {
      const rows = await queries.all('SELECT id FROM shield WHERE txid = ?', [one.txid]);
      if (rows.length === 0) unknown.push(one);
    }
    return unknown;
  }

  async insert(queries: Queries, one: StoredShielding): Promise<void> {
    await queries.run(
      'INSERT INTO shield (id, chain, wallet, state, version, called_ms, start_height, operation, txid, generation, value, fee) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      [
        one.id,
        this.#of.chain,
        this.#of.wallet,
        one.state,
        one.version,
        one.calledMs,
        one.startHeight,
        one.operation,
        one.txid,
        one.generation,
        decimal(one.value),
        decimal(one.fee),
      ],
    );
  }

  /** @throws AditError `ADIT_PAYOUT_CHANGED` if it is not as the caller read it */
  async save(queries: Queries, before: StoredShielding, after: StoredShielding): Promise<void> {
    const changed = await queries.run(
      'UPDATE shield SET state = ?, version = ?, operation = ?, txid = ?, generation = ?, value = ?, fee = ? WHERE id = ? AND state = ? AND version = ?',
      [
        after.state,
        before.version + 1,
        after.operation,
        after.txid,
        after.generation,
        decimal(after.value),
        decimal(after.fee),
        before.id,
        before.state,
        before.version,
      ],
    );
    if (changed !== 1)
      throw new AditError(
        'ADIT_PAYOUT_CHANGED',
        `shielding ${before.id} is not as it was read; nothing was changed`,
      );
  }
}

function fromRow(row: SqlRow): StoredShielding {
  const operation = orNull(row, 'operation', textOf);
  return {
    id: textOf(row, 'id'),
    state: textOf(row, 'state') as ShieldState,
    version: numberOf(row, 'version'),
    calledMs: numberOf(row, 'called_ms'),
    startHeight: numberOf(row, 'start_height'),
    operation,
    txid: orNull(row, 'txid', textOf),
    generation: numberOf(row, 'generation'),
    value: orNull(row, 'value', amountOf),
    fee: orNull(row, 'fee', amountOf),
  };
}
