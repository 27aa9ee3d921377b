import type { InvariantName } from '@adit/money';
import { accountsAddUp } from './checks/accounts-add-up.ts';
import { auditIsWhole } from './checks/audit-is-whole.ts';
import { balancesArePostings } from './checks/balances-are-postings.ts';
import { blocksOnce } from './checks/blocks-once.ts';
import { booksBalance } from './checks/books-balance.ts';
import { entriesBalance } from './checks/entries-balance.ts';
import { intervalsAddUp, intervalsOnce } from './checks/intervals.ts';
import type { CheckSources, Finding, LedgerCheck } from './checks/ledger-check.ts';
import { minersOweNothing } from './checks/miners-owe-nothing.ts';
import { movesAreNamed } from './checks/moves-are-named.ts';
import {
  accountsInOneBatch,
  batchesAreBound,
  capsHold,
  marksAreUnique,
  oneBatchPerWallet,
} from './checks/payout-checks.ts';
import { roundsAddUp } from './checks/rounds-add-up.ts';
import { sealsHold } from './checks/seals-hold.ts';
import { walletAgrees } from './checks/wallet-agrees.ts';
import { whoIsPaidIsAudited } from './checks/who-is-paid.ts';

/** The invariants of a ledger: those of its money, the chain of its audit, its seals, and whom it pays. */
export type LedgerInvariant = InvariantName | 'I14' | 'I16' | 'I17';

/** The check of each invariant, in the order in which `verify` runs them. */
export const LEDGER_CHECKS: Readonly<Record<LedgerInvariant, LedgerCheck>> = {
  I1: entriesBalance,
  I2: booksBalance,
  I3: balancesArePostings,
  I4: minersOweNothing,
  I5: batchesAreBound,
  I6: accountsAddUp,
  I7: both(blocksOnce, intervalsOnce),
  I8: both(roundsAddUp, intervalsAddUp),
  I9: accountsInOneBatch,
  I10: oneBatchPerWallet,
  I11: marksAreUnique,
  I12: capsHold,
  I13: walletAgrees,
  I14: auditIsWhole,
  I15: movesAreNamed,
  I16: sealsHold,
  I17: whoIsPaidIsAudited,
};

function both(one: LedgerCheck, other: LedgerCheck): LedgerCheck {
  return async function* (sources: CheckSources): AsyncGenerator<Finding> {
    yield* one(sources);
    yield* other(sources);
  };
}
