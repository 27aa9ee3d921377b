import type { Coin } from '../config/coins.ts';
import { type ChainConfig, familyOf } from '../config/families.ts';
import type { MoneyConfig } from '../config/money-keys.ts';
import type { Config } from '../config/schema.ts';

/** A chain whose money the ledger keeps. In the books it has the name of its network, as in the journals. */
export interface LedgerChain {
  readonly network: string;
  readonly coin: Coin;
  readonly chain: ChainConfig;
  readonly money: MoneyConfig;
}

/** The chains of a configuration that have `[chain.money]`. */
export function ledgerChains(config: Pick<Config, 'chain'>): readonly LedgerChain[] {
  return config.chain.flatMap((chain) =>
    chain.money === undefined
      ? []
      : [{ network: chain.network, coin: familyOf(chain).coin(chain), chain, money: chain.money }],
  );
}
