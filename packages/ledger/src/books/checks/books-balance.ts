import { eachBalance } from '../balances.ts';
import { eachChain } from './each-chain.ts';
import type { LedgerCheck } from './ledger-check.ts';

/** I2: all accounts of a chain together sum to zero. */
export const booksBalance: LedgerCheck = async function* ({ queries }) {
  for await (const chain of eachChain(queries)) {
    let sum = 0n;
    for await (const { amount } of eachBalance(queries, chain)) sum += amount;
    if (sum !== 0n) yield { chain, about: 'all accounts', detail: `they sum to ${sum}` };
  }
};
