import {
  depositEntry,
  type FixedAccount,
  fundReserveEntry,
  type OperatorMove,
  type ReserveLimits,
  releaseReserveEntry,
} from '@adit/money';
import { AditError } from '@adit/primitives';
import { appendAudit } from '../books/audit.ts';
import { balanceOf } from '../books/balances.ts';
import { postEntry } from '../books/post-entry.ts';
import { amountOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';
import { newestTariff, type Tariff } from './tariffs.ts';

/**
 * Where money for the reserve comes from: `deposit`, coins that the operator sent to the pool's wallet for it; `fees`, what the pool
 * earned; `owner`, capital that is in the books already.
 */
export type ReserveSource = 'deposit' | 'fees' | 'owner';

/** A change of the reserve by an operator. */
export interface ReserveChange {
  readonly chain: string;
  /** In the smallest unit, above zero. */
  readonly amount: bigint;
  readonly timeMs: number;
  readonly actor: string;
  readonly reason: string;
}

/** What a reserve has, and what it does. */
export interface ReserveState {
  /** What it holds; below zero where shares that were accepted before its stop cost more than it had. */
  readonly balance: bigint;
  /** Its part of blocks that can still be orphaned. */
  readonly pending: bigint;
  /** Undefined where none were set. */
  readonly limits: ReserveLimits | undefined;
  /** Undefined where no price is known yet: nothing is paid at once. */
  readonly tariff: Tariff | undefined;
}

/** @returns how the reserve of a chain stands */
export async function reserveState(queries: Queries, chain: string): Promise<ReserveState> {
  return {
    balance: -(await balanceOf(queries, chain, 'equity:pps')),
    pending: -(await balanceOf(queries, chain, 'equity:pps-pending')),
    limits: await reserveLimits(queries, chain),
    tariff: await newestTariff(queries, chain),
  };
}

/** @returns undefined where none were set: then nothing is paid at once */
async function reserveLimits(queries: Queries, chain: string): Promise<ReserveLimits | undefined> {
  const [row] = await queries.all('SELECT floor, resume_at FROM pps_limits WHERE chain = ?', [chain]);
  return row === undefined
    ? undefined
    : { floor: amountOf(row, 'floor'), resumeAt: amountOf(row, 'resume_at') };
}

/**
 * Sets the floor of a reserve.
 * @returns false if they were set before: then nothing is written
 * @throws AditError `ADIT_BAD_OPTION` for a floor that is negative or above where it resumes
 */
export async function setReserveLimits(
  queries: Queries,
  { chain, floor, resumeAt, timeMs, actor }: ReserveLimits & Omit<ReserveChange, 'amount' | 'reason'>,
): Promise<boolean> {
  if (floor < 0n || resumeAt < floor)
    throw new AditError('ADIT_BAD_OPTION', 'a reserve must resume at its floor or above it');
  const before = await reserveLimits(queries, chain);
  if (before?.floor === floor && before.resumeAt === resumeAt) return false;
  await queries.run(
    'INSERT INTO pps_limits (chain, floor, resume_at) VALUES (?, ?, ?) ON CONFLICT (chain) DO UPDATE SET floor = excluded.floor, resume_at = excluded.resume_at',
    [chain, String(floor), String(resumeAt)],
  );
  await appendAudit(queries, {
    timeMs,
    actor,
    action: 'reserve_limits',
    subject: `reserve:${chain}`,
    content: { chain, floor, resumeAt },
  });
  return true;
}

/**
 * Puts money into the reserve, with a row in the audit.
 * @returns what it holds then
 * @throws AditError `ADIT_BAD_AMOUNT` unless the amount is above zero; `ADIT_RESERVE_REFUSED` if the source has less
 */
export async function fundReserve(
  queries: Queries,
  change: ReserveChange,
  source: ReserveSource,
): Promise<bigint> {
  const move = await recorded(queries, change, { action: 'reserve_fund', side: source });
  const from = source === 'fees' ? 'equity:fee' : 'equity:owner';
  if (source === 'deposit') await postEntry(queries, change.chain, depositEntry(move), change.timeMs);
  else await checkHas(queries, change, from);
  await postEntry(queries, change.chain, fundReserveEntry(move, from), change.timeMs);
  return -(await balanceOf(queries, change.chain, 'equity:pps'));
}

/**
 * Takes money out of the reserve, with a row in the audit.
 * @returns what it holds then
 * @throws AditError `ADIT_BAD_AMOUNT` unless the amount is above zero; `ADIT_RESERVE_REFUSED` if the reserve would fall below zero, or
 *   below its floor while it pays for shares
 */
export async function releaseReserve(
  queries: Queries,
  change: ReserveChange,
  to: Exclude<ReserveSource, 'deposit'>,
): Promise<bigint> {
  const { balance, limits, tariff } = await reserveState(queries, change.chain);
  const least = tariff?.isOpen === true ? (limits?.floor ?? 0n) : 0n;
  if (balance - change.amount < least)
    throw refused(`the reserve has ${balance}, and must keep ${least}; nothing was changed`);
  const move = await recorded(queries, change, { action: 'reserve_release', side: to });
  const account = to === 'fees' ? 'equity:fee' : 'equity:owner';
  await postEntry(queries, change.chain, releaseReserveEntry(move, account), change.timeMs);
  return balance - change.amount;
}

/** Writes the row of the audit; its number names the entries, so two equal orders are two. */
async function recorded(
  queries: Queries,
  { chain, amount, timeMs, actor, reason }: ReserveChange,
  { action, side }: { readonly action: string; readonly side: ReserveSource },
): Promise<OperatorMove> {
  if (amount <= 0n) throw new AditError('ADIT_BAD_AMOUNT', `an amount must be above zero, not ${amount}`);
  const number = await appendAudit(queries, {
    timeMs,
    actor,
    action,
    subject: `reserve:${chain}`,
    content: { chain, amount, side, reason },
  });
  return { chain, amount, reference: `audit ${number}` };
}

async function checkHas(
  queries: Queries,
  { chain, amount }: ReserveChange,
  account: FixedAccount,
): Promise<void> {
  const has = -(await balanceOf(queries, chain, account));
  if (has < amount) throw refused(`${account} has ${has}, which is less than ${amount}; nothing was changed`);
}

function refused(why: string): AditError {
  return new AditError('ADIT_RESERVE_REFUSED', why);
}
