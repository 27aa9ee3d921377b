import { openAccount } from '@adit/money';
import { balanceOf } from '../books/balances.ts';
import { termsAt } from '../books/terms.ts';
import { amountOf, numberOf, orNull, textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';
import { SHOWN } from './batches.ts';

/** The money of an account, in the smallest unit. Nothing is below zero unless the account owes the pool. */
export interface AccountMoney {
  /** Of blocks that may still be orphaned. */
  readonly immature: bigint;
  /** What will be paid. It holds what is being sent, until that is settled. */
  readonly owed: bigint;
  /** What open batches give to it. */
  readonly sending: bigint;
  /** What settled batches gave to it. */
  readonly paid: bigint;
  /** Least balance that is paid out; null where the chain has no terms yet. */
  readonly threshold: bigint | null;
}

/** A part of a round that an account was credited with. */
export interface AccountCredit {
  readonly madeMs: number;
  readonly height: number | null;
  readonly hash: string;
  /** The account's part of the score of the round; null for a round without a score. */
  readonly part: number | null;
  readonly amount: bigint;
  /** State of the block, as `BlockState` of the money's room has it. */
  readonly blockState: string;
}

/** A page of credits, the newest first: those before this time and name, or the newest ones. */
export interface CreditPage {
  readonly before?: { readonly madeMs: number; readonly hash: string } | undefined;
  readonly limit: number;
}

/** Reads what one account has. @param atMs for its terms */
export async function accountMoney(
  queries: Queries,
  chain: string,
  account: string,
  atMs: number,
): Promise<AccountMoney> {
  const owed = -(await balanceOf(queries, chain, openAccount('miner', account)));
  const immature = -(await balanceOf(queries, chain, openAccount('miner-pending', account)));
  const rows = await queries.all(
    `SELECT i.gross AS gross, b.state AS state FROM item i JOIN batch b ON b.id = i.batch
     WHERE i.account = ? AND b.chain = ? AND i.is_released = 0 AND ${SHOWN}`,
    [account, chain],
  );
  let [sending, paid] = [0n, 0n];
  for (const row of rows) {
    if (textOf(row, 'state') === 'settled') paid += amountOf(row, 'gross');
    else sending += amountOf(row, 'gross');
  }
  const [terms] = await queries.all('SELECT 1 AS one FROM terms WHERE chain = ? LIMIT 1', [chain]);
  const threshold = terms === undefined ? null : (await termsAt(queries, chain, account, atMs)).minimum;
  return { immature, owed, sending, paid, threshold };
}

/** Reads the credits of one account, the newest first. */
export async function accountCredits(
  queries: Queries,
  chain: string,
  account: string,
  { before, limit }: CreditPage,
): Promise<readonly AccountCredit[]> {
  const place = before === undefined ? '' : ' AND (r.made_ms < ? OR (r.made_ms = ? AND r.hash < ?))';
  const rows = await queries.all(
    `SELECT r.made_ms AS made_ms, r.hash AS hash, r.total AS total, p.score AS score, p.net AS net, b.height AS height, b.state AS state
     FROM round_part p
     JOIN block b ON b.chain = p.chain AND b.hash = p.hash AND b.generation = p.generation
     JOIN round r ON r.chain = p.chain AND r.hash = p.hash AND r.generation = p.generation
     WHERE p.chain = ? AND p.account = ?${place} ORDER BY r.made_ms DESC, r.hash DESC LIMIT ?`,
    [chain, account, ...(before === undefined ? [] : [before.madeMs, before.madeMs, before.hash]), limit],
  );
  return rows.map((row) => {
    const total = amountOf(row, 'total');
    return {
      madeMs: numberOf(row, 'made_ms'),
      height: orNull(row, 'height', numberOf),
      hash: textOf(row, 'hash'),
      part: total === 0n ? null : Number((amountOf(row, 'score') * 1_000_000_000n) / total) / 1e9,
      amount: amountOf(row, 'net'),
      blockState: textOf(row, 'state'),
    };
  });
}
