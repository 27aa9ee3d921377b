import type { RoundCredit } from '../schemes/round-credit.ts';
import { openAccount } from './chart.ts';
import { type Entry, makeEntry, mirrorEntry, sourceKey, type Transfer } from './entry.ts';

/** A block of one chain, as its entries name it. */
export interface BlockName {
  readonly chain: string;
  /** Hex, as explorers print it. */
  readonly hash: string;
  /** From 1. A block that was orphaned and returns is credited again, under the next generation. */
  readonly generation: number;
}

/**
 * Credits a confirmed block. All of it is pending: fees, donations and the part of the reserve are as uncertain as the reward,
 * since the block can still be orphaned.
 * @throws AditError `ADIT_BAD_AMOUNT`, `ADIT_BAD_ACCOUNT`, `ADIT_BAD_SOURCE_KEY`
 */
export function creditEntry(block: BlockName, credit: RoundCredit): Entry {
  const immature = (to: Transfer['credit'], amount: bigint): Transfer => ({
    debit: 'asset:immature',
    credit: to,
    amount,
  });
  return makeEntry('block_credit', keyOf(block, 'credit'), [
    ...credit.parts.flatMap(({ account, fee, donation, cause, net }) => [
      immature(openAccount('miner-pending', account), net),
      immature('equity:fee-pending', fee),
      ...(cause === null ? [] : [immature(openAccount('donation-pending', cause), donation)]),
    ]),
    immature('equity:pps-pending', credit.reserve),
    immature('suspense', credit.suspense),
  ]);
}

/**
 * Makes what {@link creditEntry} booked payable.
 * @param income where the mature reward lies: to be shielded, or spendable at once
 */
export function matureEntry(
  block: BlockName,
  credit: RoundCredit,
  income: 'asset:coinbase' | 'asset:hot',
): Entry {
  return makeEntry('block_mature', keyOf(block, 'mature'), [
    { debit: income, credit: 'asset:immature', amount: credit.reward },
    ...credit.parts.flatMap(({ account, fee, donation, cause, net }): readonly Transfer[] => [
      { debit: openAccount('miner-pending', account), credit: openAccount('miner', account), amount: net },
      { debit: 'equity:fee-pending', credit: 'equity:fee', amount: fee },
      ...(cause === null
        ? []
        : [
            {
              debit: openAccount('donation-pending', cause),
              credit: openAccount('donation', cause),
              amount: donation,
            },
          ]),
    ]),
    { debit: 'equity:pps-pending', credit: 'equity:pps', amount: credit.reserve },
  ]);
}

/** Takes the credit of a block back that was orphaned before its maturity. */
export function orphanEntry(block: BlockName, credit: Entry): Entry {
  return mirrorEntry('block_orphan', keyOf(block, 'orphan'), [credit]);
}

/**
 * Takes back a block that was orphaned after its maturity. What was paid out of it stays paid, so this is the only way in which
 * the pool's debt to a miner can go below zero; later credits make up for it.
 */
export function orphanLateEntry(block: BlockName, credit: Entry, mature: Entry): Entry {
  return mirrorEntry('block_orphan_late', keyOf(block, 'orphan-late'), [credit, mature]);
}

function keyOf({ chain, hash, generation }: BlockName, what: string): string {
  return sourceKey('block', chain, hash, String(generation), what);
}
