import type { BlockWatcher, PaymentLists, Queries } from '@adit/ledger';
import type { BlockRules, Broadcaster, Payee, Shielder, Wallet, Witness } from '@adit/money';
import type { LedgerChain } from './ledger-chains.ts';
import type { SharePrices } from './share-prices.ts';

/** What the modules of a chain are made of. */
export interface ChainParts {
  readonly chain: LedgerChain;
  /** The data folder of the pool. */
  readonly dataFolder: string;
  read<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
}

/** What the ledger asks of the outside for one chain: its nodes, and its wallet. */
export interface ChainModules {
  readonly watcher: BlockWatcher;
  /** Depths at which found blocks move. */
  readonly rules: BlockRules;
  /** Where a mature reward lies: it has to be shielded, or can be paid out at once. */
  readonly income: 'asset:coinbase' | 'asset:hot';
  /** Reads an account's name as an address that can be paid; undefined for a name that is none. */
  payeeOf(account: string): Payee | undefined;
  /** What a share is paid at now; undefined where the chain has no prices. */
  readonly prices: SharePrices | undefined;
  /** Undefined where no wallet is configured. */
  readonly wallet: WalletModules | undefined;
  /** Ends all connections. */
  close(): void;
}

/** A wallet, with what belongs to its kind and its chain. */
export interface WalletModules {
  readonly wallet: Wallet;
  readonly witness: Witness;
  readonly broadcaster: Broadcaster | null;
  /** Null where rewards need no shielding, or somebody else does it. */
  readonly shielder: Shielder | null;
  /** Null where the wallet answers by itself; otherwise how a person tells what was done. */
  readonly paper: PaperAnswers | null;
  /** How deep a payment must lie to be settled. */
  readonly settleDepth: number;
  /** Most that one transaction may cost. */
  readonly mostFee: bigint;
}

/** What a person who pays lists on paper can say. Both throw `ADIT_PAYOUT_REFUSED` for an unknown list, or another answer than before. */
export interface PaperAnswers extends PaymentLists {
  paid(batch: string, txid: string): Promise<void>;
  withdraw(batch: string): Promise<void>;
}
