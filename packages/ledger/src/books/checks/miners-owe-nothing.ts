import { eachBalance } from '../balances.ts';
import { eachChain } from './each-chain.ts';
import type { LedgerCheck } from './ledger-check.ts';

/** I4: no miner owes the pool, unless a block was orphaned after its maturity. */
export const minersOweNothing: LedgerCheck = async function* ({ queries }) {
  for await (const chain of eachChain(queries))
    for await (const { account, amount } of eachBalance(queries, chain, 'miner')) {
      if (amount <= 0n) continue;
      const late = await queries.all(
        "SELECT p.entry AS entry FROM posting p JOIN entry e ON e.id = p.entry WHERE p.chain = ? AND p.account = ? AND e.kind = 'block_orphan_late' LIMIT 1",
        [chain, account],
      );
      if (late.length === 0)
        yield { chain, about: account, detail: `the miner owes ${amount}, and no late orphan explains it` };
    }
};
