import { AditError } from '@adit/primitives';
import { checkAmount } from '../exact/amount.ts';
import { openAccount } from './chart.ts';
import { type Entry, makeEntry, mirrorEntry, sourceKey } from './entry.ts';

/** A batch of payouts of one chain. The id is used once: an attempt anew is another batch. */
export interface BatchName {
  readonly chain: string;
  readonly id: string;
}

/** What one account's balance gives to a batch: the payee gets it, less the part of the fee that the account bears. */
export interface ReservedItem {
  readonly account: string;
  readonly gross: bigint;
}

/** Moves balances to a batch. Until it is settled or released they cannot be planned again. */
export function reserveEntry(batch: BatchName, items: readonly ReservedItem[]): Entry {
  return makeEntry(
    'batch_reserve',
    keyOf(batch, 'reserve'),
    items.map(({ account, gross }) => ({
      debit: openAccount('miner', account),
      credit: openAccount('payout', batch.id),
      amount: gross,
    })),
  );
}

/** What the chain shows of a batch that was paid. */
export interface PaidBatch {
  /** Sum of what the accounts gave, of all items that were paid. */
  readonly gross: bigint;
  /** Sum of what the payees got. The tag output to the pool itself does not count. */
  readonly paid: bigint;
  /** The fee that the transactions really had. */
  readonly fee: bigint;
}

/**
 * Books a batch as the chain has it. What payees and network got beyond the accounts' part is the pool's cost; if the accounts bore
 * more than the fee came to, the difference is a gain of the pool's.
 * @throws AditError `ADIT_BAD_AMOUNT`; also if payees got more than the accounts gave, which no batch plans
 */
export function settleEntry(batch: BatchName, { gross, paid, fee }: PaidBatch): Entry {
  checkAmount(fee, 'a fee');
  if (paid > gross)
    throw new AditError(
      'ADIT_BAD_AMOUNT',
      `payees of batch ${batch.id} got ${paid}, but their accounts gave ${gross}`,
    );
  const spent = paid + fee;
  return makeEntry('batch_settle', keyOf(batch, 'settle'), [
    { debit: openAccount('payout', batch.id), credit: 'asset:hot', amount: gross },
    spent >= gross
      ? { debit: 'cost:network-fee', credit: 'asset:hot', amount: spent - gross }
      : { debit: 'asset:hot', credit: 'cost:network-fee', amount: gross - spent },
  ]);
}

/** What a transaction paid that is not what the batch planned. */
export interface BookedPayments {
  /** Parts of items whose balance was given back whole: the payee has them. */
  readonly parts: readonly { readonly account: string; readonly amount: bigint }[];
  /** What it paid beyond the plan, or to others: nobody's until a person finds out whose. */
  readonly elsewhere: bigint;
}

/** Books what a person says that a transaction paid, besides the items that it pays whole. */
export function bookedEntry(batch: BatchName, { parts, elsewhere }: BookedPayments): Entry {
  return makeEntry('batch_booked', keyOf(batch, 'booked'), [
    ...parts.map(({ account, amount }) => ({
      debit: openAccount('miner', account),
      credit: 'asset:hot' as const,
      amount,
    })),
    { debit: 'suspense', credit: 'asset:hot', amount: elsewhere },
  ]);
}

/**
 * Takes the settlement of a batch back: a reorganisation took its transaction out after all, and it is proved dead. What is bound
 * to the batch is bound again, until the release that follows in the same transaction gives it back.
 */
export function unsettleEntry(batch: BatchName, settle: Entry): Entry {
  return mirrorEntry('batch_unsettle', keyOf(batch, 'unsettle'), [settle]);
}

/** Gives the balances of a batch back that is proved unpaid. */
export function releaseEntry(batch: BatchName, reserve: Entry): Entry {
  return mirrorEntry('batch_release', keyOf(batch, 'release'), [reserve]);
}

/**
 * Gives one balance of a batch back, where each item is a transaction of its own (TrueChain).
 * @param position of the item in its batch
 */
export function itemReleaseEntry(batch: BatchName, position: number, item: ReservedItem): Entry {
  return makeEntry('item_release', keyOf(batch, `release-${position}`), [
    {
      debit: openAccount('payout', batch.id),
      credit: openAccount('miner', item.account),
      amount: item.gross,
    },
  ]);
}

function keyOf({ chain, id }: BatchName, what: string): string {
  return sourceKey('batch', chain, id, what);
}
