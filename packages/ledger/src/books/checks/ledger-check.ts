import type { Breach, MoneyState, WalletTotal } from '@adit/money';
import type { Queries } from '../../database/ledger-database.ts';

/** What checks of the whole ledger read. */
export interface CheckSources {
  /** One state of the database. */
  readonly queries: Queries;
  /** What the wallet of each chain says; chains whose wallet cannot be asked are left out. */
  readonly wallets: ReadonlyMap<string, WalletTotal>;
}

/** Something that an invariant forbids. */
export interface Finding extends Omit<Breach, 'invariant'> {
  /** Null if it belongs to no chain. */
  readonly chain: string | null;
}

/** Looks through the whole ledger for breaches of one invariant. It keeps pages in memory, never a whole table. */
export type LedgerCheck = (sources: CheckSources) => AsyncIterable<Finding>;

/** A state with nothing in it, for the predicates of `@adit/money`, which look at a part of it each. */
export const NOTHING: MoneyState = {
  entries: [],
  balances: new Map(),
  rounds: [],
  batches: [],
  moves: [],
  wallet: null,
};
