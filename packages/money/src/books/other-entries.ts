import { AditError } from '@adit/primitives';
import { checkAmount } from '../exact/amount.ts';
import type { RoundPart } from '../schemes/round-credit.ts';
import { openAccount } from './chart.ts';
import { type Entry, makeEntry, mirrorEntry, sourceKey, type Transfer } from './entry.ts';

/** What an account is paid at once for an interval. */
export type PpsPayment = Pick<RoundPart, 'account' | 'donation' | 'cause' | 'net'>;

/** Shares that are paid at once together: those with the numbers from `first` to `last`. */
export interface PpsInterval {
  readonly chain: string;
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * Credits an interval of shares that are paid at once. The reserve pays; the fee never leaves it. What is credited is owed at once: an
 * orphan is the reserve's loss, and never that of a miner.
 */
export function ppsEntry({ chain, first, last }: PpsInterval, payments: readonly PpsPayment[]): Entry {
  return makeEntry(
    'pps_credit',
    ppsKey({ chain, first, last }),
    payments.flatMap(({ account, donation, cause, net }): readonly Transfer[] => [
      { debit: 'equity:pps', credit: openAccount('miner', account), amount: net },
      ...(cause === null
        ? []
        : [{ debit: 'equity:pps', credit: openAccount('donation', cause), amount: donation } as const]),
    ]),
  );
}

/** The key of the entry that credits an interval. */
export function ppsKey({ chain, first, last }: PpsInterval): string {
  return sourceKey('pps', chain, String(first), String(last));
}

/** A transaction that shields own coinbase outputs. */
export interface Shielding {
  readonly chain: string;
  readonly txid: string;
  /** From 1. A transaction that a reorg took out and that was mined again has the next one. */
  readonly generation: number;
  /** Sum of the coinbase outputs that it spends. */
  readonly value: bigint;
  readonly fee: bigint;
}

/** Books a shielding that was mined. @throws AditError `ADIT_BAD_AMOUNT` if the fee exceeds the value */
export function shieldMinedEntry(shielding: Shielding): Entry {
  const { value, fee } = shielding;
  if (fee > value)
    throw new AditError('ADIT_BAD_AMOUNT', `a fee of ${fee} exceeds the ${value} that are shielded`);
  return makeEntry('shield_mined', shieldKey(shielding, 'mined'), [
    { debit: 'asset:transit', credit: 'asset:coinbase', amount: value - fee },
    { debit: 'cost:network-fee', credit: 'asset:coinbase', amount: fee },
  ]);
}

/** Books that the wallet can spend what was shielded. */
export function shieldReadyEntry(shielding: Shielding): Entry {
  return makeEntry('shield_ready', shieldKey(shielding, 'ready'), [
    { debit: 'asset:hot', credit: 'asset:transit', amount: shielding.value - shielding.fee },
  ]);
}

/** Takes a shielding back that a reorg took out. @param originals its entries so far */
export function shieldUndoneEntry(shielding: Shielding, originals: readonly Entry[]): Entry {
  return mirrorEntry('shield_undone', shieldKey(shielding, 'undone'), originals);
}

/** Something that an operator did or decided, under a reference that the operator's command gave it. */
export interface OperatorMove {
  readonly chain: string;
  readonly reference: string;
  readonly amount: bigint;
}

/** Books money that the operator put into the wallet. */
export function depositEntry({ chain, reference, amount }: OperatorMove): Entry {
  return makeEntry('owner_deposit', sourceKey('deposit', chain, reference), [
    { debit: 'asset:hot', credit: 'equity:owner', amount },
  ]);
}

/** Books money that the operator took out of the wallet. */
export function withdrawalEntry({ chain, reference, amount }: OperatorMove): Entry {
  return makeEntry('owner_withdrawal', sourceKey('withdrawal', chain, reference), [
    { debit: 'equity:owner', credit: 'asset:hot', amount },
  ]);
}

/** Puts money of the operator, or fees that the pool earned, into the reserve that pays for shares at once. */
export function fundReserveEntry(
  { chain, reference, amount }: OperatorMove,
  from: 'equity:owner' | 'equity:fee',
): Entry {
  return makeEntry('reserve_funding', sourceKey('fund', chain, reference), [
    { debit: from, credit: 'equity:pps', amount },
  ]);
}

/** Gives money of the reserve back to the operator's capital, or to the fees that the pool earned. */
export function releaseReserveEntry(
  { chain, reference, amount }: OperatorMove,
  to: 'equity:owner' | 'equity:fee',
): Entry {
  return makeEntry('reserve_release', sourceKey('unfund', chain, reference), [
    { debit: 'equity:pps', credit: to, amount },
  ]);
}

/** Takes over what another pool program owed to an account: the operator's capital answers for it. */
export function openingEntry({ chain, reference, amount }: OperatorMove, account: string): Entry {
  return makeEntry('opening_balance', sourceKey('opening', chain, reference), [
    { debit: 'equity:owner', credit: openAccount('miner', account), amount },
  ]);
}

/** Names an owner for money in suspense: a person found out what it was. */
export function suspenseEntry(
  { chain, reference, amount }: OperatorMove,
  owner: 'equity:owner' | 'equity:fee' | `liab:miner:${string}`,
): Entry {
  return makeEntry('suspense_resolved', sourceKey('suspense', chain, reference), [
    { debit: 'suspense', credit: owner, amount },
  ]);
}

/**
 * Books a difference between the wallet and the books, until a person says what it was.
 * @param difference what the wallet has more than the books; below zero what it has less
 */
export function reconcileEntry(chain: string, timeMs: number, difference: bigint): Entry {
  const amount = difference < 0n ? -difference : difference;
  checkAmount(amount, 'a difference');
  return makeEntry('reconcile', sourceKey('recon', chain, String(timeMs)), [
    difference < 0n
      ? { debit: 'suspense', credit: 'asset:hot', amount }
      : { debit: 'asset:hot', credit: 'suspense', amount },
  ]);
}

function shieldKey({ chain, txid, generation }: Shielding, what: string): string {
  return sourceKey('shield', chain, txid, String(generation), what);
}
