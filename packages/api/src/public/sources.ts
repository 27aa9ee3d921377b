import type { StatsQueries } from '@adit/stats';

/** How an account is shown. `unlisted`: only to callers that know its whole name. `private`: to nobody without its key. */
export type Privacy = 'open' | 'unlisted' | 'private';

/** What is fixed about a port, and how it is now. */
export interface PortFacts {
  readonly name: string;
  /** The public address; null where the configuration names none. */
  readonly host: string | null;
  readonly port: number;
  readonly tls: boolean;
  readonly dialect: string;
  readonly startDifficulty: number;
  readonly minDifficulty: number | null;
  readonly maxDifficulty: number | null;
  readonly fixed: boolean;
  readonly shareSeconds: number;
  /** Null while the pool does not answer. */
  readonly connections: number | null;
}

/** A program that mines a chain. */
export interface MinerProgram {
  readonly id: string;
  readonly name: string;
  readonly tls: boolean;
  readonly commands: { readonly linux: string; readonly windows: string };
}

/** What is fixed about a chain, and how it is now. */
export interface ChainFacts {
  /** In the configuration, and in paths. */
  readonly name: string;
  /** In the journals and the books. */
  readonly network: string;
  readonly coin: {
    readonly name: string;
    readonly symbol: string;
    readonly decimals: number;
    readonly unit: 'Sol/s' | 'H/s';
    readonly algorithm: string;
  };
  readonly scheme: string | null;
  /** Expected blocks that the window of the scheme holds; null for a scheme without one. */
  readonly windowBlocks: number | null;
  readonly feeRatio: number | null;
  readonly threshold: bigint | null;
  /** Wanted time between two blocks of the network; null where it is not known. */
  readonly blockSeconds: number | null;
  /** Weight of difficulty 1; null where the chain has no such figure. */
  readonly difficultyOne: number | null;
  readonly maturity: number | null;
  readonly height: number | null;
  readonly workAgeMs: number | null;
  /** The hash of a block as explorers print it, from the digest of its share; and back. Both are hex. */
  readonly hashOfDigest: (digest: string) => string;
  readonly digestOfHash: (hash: string) => string;
  readonly ports: readonly PortFacts[];
  readonly programs: readonly MinerProgram[];
  /** With {hash}, {txid} and {address} to be replaced; null without an explorer. */
  readonly explorer: {
    readonly block: string | null;
    readonly tx: string | null;
    readonly address: string | null;
  };
}

/** The pool as its configuration and its last answer show it. */
export interface PoolFacts {
  readonly name: string;
  /** Null while the pool does not answer. */
  readonly startedMs: number | null;
  readonly ready: boolean;
  readonly version: string;
  readonly chains: readonly ChainFacts[];
}

/** A found block as the books have it. */
export interface BookedBlockFacts {
  /** Of the share that found it, hex: the block is known by it in the statistics, too. */
  readonly digest: string;
  readonly state: 'candidate' | 'pending' | 'confirmed' | 'orphaned' | 'refused';
  readonly depth: number | null;
  readonly reward: bigint | null;
}

/** A batch of payouts. */
export interface PayoutFacts {
  readonly id: string;
  readonly state: 'planned' | 'sending' | 'sent' | 'confirmed' | 'held' | 'failed';
  readonly createdMs: number;
  readonly sentMs: number | null;
  readonly recipients: number;
  readonly amount: bigint;
  readonly fee: bigint | null;
  readonly txid: string | null;
}

/** What an account got of a batch. */
export interface AccountPayoutFacts {
  readonly id: string;
  readonly ms: number;
  readonly amount: bigint;
  readonly state: PayoutFacts['state'];
  readonly txid: string | null;
}

/** A credit of an account. */
export interface CreditFacts {
  readonly ms: number;
  readonly height: number | null;
  readonly hash: string | null;
  readonly weightRatio: number | null;
  readonly amount: bigint;
  readonly state: 'immature' | 'credited' | 'reversed';
}

/** The money of an account. */
export interface BalanceFacts {
  readonly immature: bigint;
  readonly owed: bigint;
  readonly sending: bigint;
  readonly paid: bigint;
  readonly threshold: bigint | null;
}

/** A page of a list, the newest first. */
export interface PageOf<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; null on the last page. */
  readonly next: string | null;
}

/** Which page. `after` is what {@link PageOf.next} was. */
export interface PageQuestion {
  readonly after: string | null;
  /** 1 to 100. */
  readonly limit: number;
}

/** The books of one chain, read only. A list refuses an `after` that it did not make by returning undefined. */
export interface ChainBooks {
  balance(account: string): Promise<BalanceFacts>;
  /** Books of found blocks by the digests of their shares. @param digests hex, at most 100 */
  blocks(digests: readonly string[]): Promise<ReadonlyMap<string, BookedBlockFacts>>;
  /** Counts of found blocks by state. */
  blockCounts(): Promise<{ readonly total: number; readonly pending: number; readonly orphaned: number }>;
  /** Sum of all payouts. */
  paid(): Promise<bigint>;
  payouts(page: PageQuestion): Promise<PageOf<PayoutFacts> | undefined>;
  payout(id: string): Promise<PayoutFacts | undefined>;
  accountPayouts(account: string, page: PageQuestion): Promise<PageOf<AccountPayoutFacts> | undefined>;
  credits(account: string, page: PageQuestion): Promise<PageOf<CreditFacts> | undefined>;
}

/** What is known of the open connections of a rig. */
export interface RigConnections {
  readonly connections: number;
  readonly sinceMs: number | null;
  readonly port: string | null;
  readonly accepted: number;
  readonly refused: number;
}

/** Where documents come from: three readers, none of which can change anything. */
export interface PublicSources {
  readonly pool: () => PoolFacts;
  /** Undefined until the statistics have been made. */
  readonly stats: () => StatsQueries | undefined;
  /** Undefined for a chain without books. @param network as the journals name it */
  readonly books: (network: string) => ChainBooks | undefined;
  readonly privacyOf: (network: string, account: string) => Privacy;
  /** True if a caller with this key may see a private account. @param key what stands behind `Bearer` */
  readonly mayView: (network: string, account: string, key: string) => boolean;
  /** Open connections by worker, of one account. Empty while the pool does not answer. */
  readonly rigs: (network: string, account: string) => Promise<ReadonlyMap<string, RigConnections>>;
}
