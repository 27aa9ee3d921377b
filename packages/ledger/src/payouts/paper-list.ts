import { type WalletPayment, wholeCoins } from '@adit/money';
import { csvLine } from '@adit/primitives';

/** A payment list as it is stored beside the table for people: what a person was asked to pay. */
export interface PaperList {
  readonly batch: string;
  readonly tag: string;
  readonly outputs: readonly {
    readonly address: string;
    readonly receiver: string;
    readonly amount: string;
  }[];
}

export function paperList({ batch, tag, outputs }: WalletPayment): PaperList {
  return {
    batch,
    tag,
    outputs: outputs.map(({ payee, amount }) => ({
      address: payee.address,
      receiver: payee.receiver,
      amount: String(amount),
    })),
  };
}

/**
 * The list as a table (RFC 4180), in whole coins and in the smallest unit.
 * @param decimals of the coin: 8 on Zcash
 */
export function paperTable(list: PaperList, decimals: number): string {
  const rows = list.outputs.map(({ address, amount }) =>
    csvLine([address, wholeCoins(BigInt(amount), decimals), amount]),
  );
  return [csvLine(['address', 'coins', 'units']), ...rows].join('');
}
