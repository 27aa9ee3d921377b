import {
  type NonceMeaning,
  type NoncePayment,
  type NonceQuestion,
  type NonceRules,
  type NonceSight,
  type NonceWallet,
  nonceMark,
} from '@adit/money';
import type { PayoutModules } from './payout-modules.ts';
import type { StoredBatch, StoredItem, StoredTransaction } from './stored-batch.ts';

/** An item with its nonce, and the transactions of ours that have this nonce: the first one, and its replacements. */
export interface NumberedItem {
  readonly position: number;
  readonly item: StoredItem;
  readonly payment: NoncePayment;
  readonly transactions: readonly StoredTransaction[];
}

/** Blocks before the first sending in which a payment is looked for: a reorganisation may have changed their heights. */
const LOOK_BACK = 100;
/** Nodes that must agree about a block: as many as there are, up to two. */
const AGREEING = 2;

/** When a use of a nonce is final. */
export function nonceRules({ nonces }: NonceWallet, settleDepth: number): NonceRules {
  return { finalDepth: settleDepth, nodes: Math.min(AGREEING, nonces.configuredNodes) };
}

/** The items of a batch that have a nonce. */
export function numberedItems(
  { items, transactions }: StoredBatch,
  wallet: Pick<NonceWallet, 'addressOf'>,
): readonly NumberedItem[] {
  return items.flatMap((item, position) => {
    const { sender: from, nonce, payee, amount: value } = item;
    if (from === null || nonce === null) return [];
    const mark = nonceMark({ from, nonce });
    return {
      position,
      item,
      payment: { state: 'sent', from, nonce, to: wallet.addressOf(payee), value, reason: null },
      transactions: transactions.filter(({ inputs }) => inputs.includes(mark)),
    };
  });
}

/** Asks the nodes about the nonces of some items. @returns a sight for each, in their order */
export function sightsOf(
  batch: StoredBatch,
  items: readonly NumberedItem[],
  { wallet }: Pick<PayoutModules<NonceWallet>, 'wallet'>,
): Promise<readonly NonceSight[]> {
  const since = Math.max(0, (batch.startHeight ?? 0) - LOOK_BACK);
  const questions = items.map(
    ({ payment: { nonce }, transactions }): NonceQuestion => ({
      nonce,
      txids: transactions.map(({ txid }) => txid),
      since,
    }),
  );
  return wallet.nonces.uses(questions);
}

/** For the operator: what a use of a nonce means. */
export const MEANINGS: Readonly<Record<NonceMeaning, string>> = {
  paid: 'it was paid',
  failed: 'its payee refused the money',
  cancelled: 'it was cancelled',
  foreign: 'a transaction that is not of this ledger has its nonce',
};
