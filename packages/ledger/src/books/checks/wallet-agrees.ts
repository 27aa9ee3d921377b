import { type ChartAccount, INVARIANTS } from '@adit/money';
import { balanceOf } from '../balances.ts';
import { type LedgerCheck, NOTHING } from './ledger-check.ts';

const IN_THE_WALLET: readonly ChartAccount[] = ['asset:coinbase', 'asset:hot', 'asset:transit'];

/** I13: the wallet of each chain has what the books say. */
export const walletAgrees: LedgerCheck = async function* ({ queries, wallets }) {
  for (const [chain, wallet] of wallets) {
    const balances = new Map<ChartAccount, bigint>();
    for (const account of IN_THE_WALLET) balances.set(account, await balanceOf(queries, chain, account));
    for (const breach of INVARIANTS.I13({ ...NOTHING, balances, wallet })) yield { chain, ...breach };
  }
};
