import type { BatchState, ChartAccount, DueAccount, Entry } from '@adit/money';
import { parkAccount } from '../books/accounts.ts';
import { appendAudit, recordMove } from '../books/audit.ts';
import { balanceOf } from '../books/balances.ts';
import { dueAccounts } from '../books/due-accounts.ts';
import { postEntry } from '../books/post-entry.ts';
import type { Queries } from '../database/ledger-database.ts';
import type { Actor, AuditNote, PayoutBooks } from './payout-modules.ts';

/** The books of one chain as payouts use them. */
export class LedgerBooks implements PayoutBooks {
  readonly #chain: string;
  readonly #poolMinimum: bigint;

  /** @param options the pool's minimum tells since when a balance is due */
  constructor({ chain, minimum }: { readonly chain: string; readonly minimum: bigint }) {
    this.#chain = chain;
    this.#poolMinimum = minimum;
  }

  async post(queries: Queries, entry: Entry, timeMs: number): Promise<void> {
    await postEntry(queries, this.#chain, entry, timeMs);
  }

  balance(queries: Queries, account: ChartAccount): Promise<bigint> {
    return balanceOf(queries, this.#chain, account);
  }

  due(queries: Queries, timeMs: number): Promise<readonly DueAccount[]> {
    return dueAccounts(queries, this.#chain, { atMs: timeMs, poolMinimum: this.#poolMinimum });
  }

  async park(
    queries: Queries,
    account: string,
    { timeMs, actor, why }: { readonly timeMs: number; readonly actor: Actor; readonly why: string },
  ): Promise<void> {
    await parkAccount(queries, { chain: this.#chain, account, timeMs, actor: actor.name, reason: why });
  }

  async audit(queries: Queries, { timeMs, actor, action, subject, content }: AuditNote): Promise<void> {
    await appendAudit(queries, {
      timeMs,
      actor: actor.name,
      action,
      subject: `${subject.kind}:${this.#chain}:${subject.name}`,
      content: { ...content, why: actor.reason },
    });
  }

  async moved(
    queries: Queries,
    { batch, from, to }: { readonly batch: string; readonly from: BatchState; readonly to: BatchState },
    note: AuditNote,
  ): Promise<void> {
    const { timeMs, actor } = note;
    await recordMove(queries, {
      kind: 'batch',
      subject: batch,
      from,
      to,
      timeMs,
      chain: this.#chain,
      actor: actor.name,
    });
    await this.audit(queries, note);
  }
}
