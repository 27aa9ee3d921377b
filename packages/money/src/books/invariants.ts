import {
  accountsInOneBatch,
  batchesAreBound,
  capsHold,
  marksAreUnique,
  movesAreNamed,
  oneBatchPerWallet,
  walletAgrees,
} from './batch-invariants.ts';
import {
  accountsAddUp,
  balancesArePostings,
  blocksOnce,
  booksBalance,
  entriesBalance,
  minersOweNothing,
  roundsAddUp,
} from './entry-invariants.ts';
import type { Breach, Check, MoneyState } from './money-state.ts';

/** The names of the invariants that can be seen without I/O. I14, the chain of the audit, needs hashes: the ledger has it. */
export type InvariantName =
  | 'I1'
  | 'I2'
  | 'I3'
  | 'I4'
  | 'I5'
  | 'I6'
  | 'I7'
  | 'I8'
  | 'I9'
  | 'I10'
  | 'I11'
  | 'I12'
  | 'I13'
  | 'I15';

/** The check of each invariant. */
export const INVARIANTS: Readonly<Record<InvariantName, Check>> = {
  I1: entriesBalance,
  I2: booksBalance,
  I3: balancesArePostings,
  I4: minersOweNothing,
  I5: batchesAreBound,
  I6: accountsAddUp,
  I7: blocksOnce,
  I8: roundsAddUp,
  I9: accountsInOneBatch,
  I10: oneBatchPerWallet,
  I11: marksAreUnique,
  I12: capsHold,
  I13: walletAgrees,
  I15: movesAreNamed,
};

/** @returns every breach of every invariant; empty if the money is in order */
export function findBreaches(state: MoneyState): readonly Breach[] {
  return Object.entries(INVARIANTS).flatMap(([invariant, check]) =>
    check(state).map((breach) => ({ invariant, ...breach })),
  );
}
