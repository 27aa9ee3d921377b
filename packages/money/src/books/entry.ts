import { AditError } from '@adit/primitives';
import { compareIds } from '../exact/account-id.ts';
import { checkAmount } from '../exact/amount.ts';
import type { ChartAccount } from './chart.ts';

/** Why money moved. */
export type EntryKind =
  | 'block_credit'
  | 'block_mature'
  | 'block_orphan'
  | 'block_orphan_late'
  | 'pps_credit'
  | 'shield_mined'
  | 'shield_ready'
  | 'shield_undone'
  | 'batch_reserve'
  | 'batch_settle'
  | 'batch_booked'
  | 'batch_unsettle'
  | 'batch_release'
  | 'item_release'
  | 'owner_deposit'
  | 'owner_withdrawal'
  | 'reserve_funding'
  | 'reserve_release'
  | 'opening_balance'
  | 'suspense_resolved'
  | 'reconcile';

/** An amount that goes from one account of the books to another one. */
export interface Transfer {
  readonly debit: ChartAccount;
  readonly credit: ChartAccount;
  /** At least zero, in the smallest unit. */
  readonly amount: bigint;
}

/** One line of an entry: a debit above zero, a credit below. */
export interface Posting {
  readonly account: ChartAccount;
  readonly amount: bigint;
}

/** Something that happened to money, once. It is never changed: a mirror entry takes it back. */
export interface Entry {
  readonly kind: EntryKind;
  /** What it was made of. There is at most one entry with a key: what happens twice is booked once. */
  readonly key: string;
  /** Keys of the entries that this one takes back. */
  readonly reverses: readonly string[];
  /** Ordered by account, one line each, none with zero. They sum to zero. */
  readonly postings: readonly Posting[];
}

/**
 * Makes an entry of transfers. Each transfer debits what it credits, so every entry is balanced: there is no other way to make
 * one, and so nothing that could be forgotten to check.
 * @throws AditError `ADIT_BAD_AMOUNT` for a negative amount
 */
export function makeEntry(kind: EntryKind, key: string, transfers: readonly Transfer[]): Entry {
  for (const { amount } of transfers) checkAmount(amount, 'an amount of an entry');
  const lines = transfers.flatMap(({ debit, credit, amount }) => [
    { account: debit, amount },
    { account: credit, amount: -amount },
  ]);
  return { kind, key, reverses: [], postings: merged(lines) };
}

/**
 * The entry that takes others back: all their lines with the other sign. It is balanced because they are.
 * @param originals at least one
 * @throws AditError `ADIT_BAD_SOURCE_KEY` without originals: it would say that it takes something back, and move nothing
 */
export function mirrorEntry(kind: EntryKind, key: string, originals: readonly Entry[]): Entry {
  if (originals.length === 0)
    throw new AditError('ADIT_BAD_SOURCE_KEY', `the mirror entry ${key} names no entry that it takes back`);
  const lines = originals.flatMap(({ postings }) =>
    postings.map(({ account, amount }) => ({ account, amount: -amount })),
  );
  return { kind, key, reverses: originals.map((original) => original.key), postings: merged(lines) };
}

/**
 * Builds the key of an entry from what it is made of. Parts cannot run into each other: none has a colon.
 * @throws AditError `ADIT_BAD_SOURCE_KEY` for a part that is empty or has a colon
 */
export function sourceKey(...parts: readonly string[]): string {
  for (const part of parts) {
    if (part === '' || part.includes(':'))
      throw new AditError(
        'ADIT_BAD_SOURCE_KEY',
        `a part of a source key must be text without colons, not "${part}"`,
      );
  }
  return parts.join(':');
}

/** Whether two entries say the same. An entry that comes again must; anything else under its key is a fault. */
export function sameEntry(a: Entry, b: Entry): boolean {
  return (
    a.key === b.key &&
    a.kind === b.kind &&
    a.reverses.length === b.reverses.length &&
    a.reverses.every((key, i) => key === b.reverses[i]) &&
    a.postings.length === b.postings.length &&
    a.postings.every(({ account, amount }, i) => {
      const other = b.postings[i];
      return other !== undefined && other.account === account && other.amount === amount;
    })
  );
}

function merged(lines: readonly Posting[]): readonly Posting[] {
  const sums = new Map<ChartAccount, bigint>();
  for (const { account, amount } of lines) sums.set(account, (sums.get(account) ?? 0n) + amount);
  return [...sums]
    .filter(([, amount]) => amount !== 0n)
    .sort(([a], [b]) => compareIds(a, b))
    .map(([account, amount]) => ({ account, amount }));
}
