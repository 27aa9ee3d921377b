import type { BlockWatcher } from '@adit/ledger';
import type { BlockRules, Broadcaster, Payee, Shielder, Wallet, Witness } from '@adit/money';

/** What the ledger asks of the outside for one chain: its nodes, and its wallet. */
export interface ChainModules {
  readonly watcher: BlockWatcher;
  readonly witness: Witness;
  /** Depths at which found blocks move. */
  rulesOf(height: number | null): BlockRules;
  /** Where a mature reward lies: it has to be shielded, or can be paid out at once. */
  readonly income: 'asset:coinbase' | 'asset:hot';
  /** How deep a payment must lie to be settled. */
  readonly settleDepth: number;
  /** Most that one transaction may cost. */
  readonly mostFee: bigint;
  /** Reads an account's name as an address that can be paid; undefined for a name that is none. */
  payeeOf(account: string): Payee | undefined;
  /** Undefined where no wallet is configured. */
  readonly wallet: WalletModules | undefined;
  /** Ends all connections. */
  close(): void;
}

/** A wallet, with what belongs to its kind. */
export interface WalletModules {
  readonly wallet: Wallet;
  readonly broadcaster: Broadcaster | null;
  readonly shielder: Shielder | null;
}
