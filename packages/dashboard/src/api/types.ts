// Written by `npm run docs` from docs/openapi.json. Change the schemas of packages/api instead.

export type Account = {
  /** time up to which shares are counted; milliseconds since 1970 */
  readonly asOfMs: number;
  readonly account: string;
  /** milliseconds since 1970 */
  readonly firstSeenMs: number;
  /** milliseconds since 1970 */
  readonly lastShareMs: number;
  readonly state: 'new' | 'online' | 'quiet' | 'offline';
  readonly rate: Rates;
  readonly workers: {
    readonly new: number;
    readonly online: number;
    readonly quiet: number;
    readonly offline: number;
  };
  readonly shares1h: {
    readonly accepted: number;
    /** refused submissions by reason; empty where none is on record */
    readonly refused: Readonly<Record<string, number>>;
  };
  readonly refusedRatio: {
    readonly h1: number | null;
    readonly h24: number | null;
  };
  /** the account's part of the open round's effort */
  readonly effort: number | null;
  /** null where the pool keeps no books */
  readonly balance: {
    /** amount in the smallest unit of the coin, as decimal text */
    readonly immature: string;
    /** amount in the smallest unit of the coin, as decimal text */
    readonly owed: string;
    /** amount in the smallest unit of the coin, as decimal text */
    readonly sending: string;
    /** amount in the smallest unit of the coin, as decimal text */
    readonly paid: string;
  } | null;
  readonly threshold: string | null;
  readonly estimate: {
    readonly day: {
      /** amount in the smallest unit of the coin, as decimal text */
      readonly value: string;
      /** amount in the smallest unit of the coin, as decimal text */
      readonly low: string;
      /** amount in the smallest unit of the coin, as decimal text */
      readonly high: string;
    } | null;
    readonly nextBlock: string | null;
    readonly thresholdReachedMs: number | null;
  } | null;
  /** the account's part of the work of the last hour */
  readonly windowRatio: number | null;
  readonly lastPayout: {
    readonly id: string;
    /** milliseconds since 1970 */
    readonly ms: number;
    /** amount in the smallest unit of the coin, as decimal text */
    readonly amount: string;
    readonly state: 'planned' | 'sending' | 'sent' | 'confirmed' | 'held' | 'failed';
    readonly txid: string | null;
  } | null;
  readonly privacy: 'open' | 'unlisted' | 'private';
};

export type AccountEvent = {
  readonly chain: string;
  readonly account: string;
  /** milliseconds since 1970 */
  readonly asOfMs: number;
  readonly rate: Rates;
  readonly workers: {
    readonly new: number;
    readonly online: number;
    readonly quiet: number;
    readonly offline: number;
  };
  /** milliseconds since 1970 */
  readonly lastShareMs: number;
};

export type AccountPayouts = {
  /** time up to which shares are counted; milliseconds since 1970 */
  readonly asOfMs: number;
  readonly items: readonly ({
    /** of the batch */
    readonly id: string;
    /** milliseconds since 1970 */
    readonly ms: number;
    /** amount in the smallest unit of the coin, as decimal text */
    readonly amount: string;
    readonly state: 'planned' | 'sending' | 'sent' | 'confirmed' | 'held' | 'failed';
    readonly txid: string | null;
    readonly explorerUrl: string | null;
  })[];
  /** pass it as `cursor` for the next page; null on the last page */
  readonly next: string | null;
};

export type Block = {
  /** of the block; of a fruit, and of a block of TrueChain, the digest of its share */
  readonly hash: string;
  readonly height: number | null;
  readonly kind: 'block' | 'fruit';
  /** milliseconds since 1970 */
  readonly foundMs: number;
  readonly state: 'candidate' | 'pending' | 'confirmed' | 'orphaned' | 'refused';
  readonly confirmations: number | null;
  readonly needed: number | null;
  /** of its round; 1 is the mean */
  readonly effort: number;
  readonly roundSeconds: number | null;
  readonly reward: string | null;
  /** account, shortened unless it shows itself openly */
  readonly finder: string | null;
  readonly explorerUrl: string | null;
};

export type BlockEvent = {
  readonly chain: string;
  readonly height: number | null;
  readonly hash: string;
  readonly kind: 'block' | 'fruit';
  readonly state: 'candidate' | 'pending' | 'confirmed' | 'orphaned' | 'refused';
  readonly effort: number;
  /** milliseconds since 1970 */
  readonly foundMs: number;
  readonly finder: string | null;
};

export type Blocks = {
  /** time up to which shares are counted; milliseconds since 1970 */
  readonly asOfMs: number;
  readonly items: readonly (Block)[];
  /** pass it as `cursor` for the next page; null on the last page */
  readonly next: string | null;
};

export type BlocksSummary = {
  /** time up to which shares are counted; milliseconds since 1970 */
  readonly asOfMs: number;
  readonly windows: readonly ({
    /** how many of the newest blocks it holds; null for a window of days */
    readonly blocks: number | null;
    readonly days: number | null;
    readonly found: number;
    /** sum of the efforts */
    readonly expected: number;
    /** found through expected */
    readonly ratio: number | null;
    /** 95 of 100 pools with even luck lie between low and high */
    readonly low: number | null;
    readonly high: number | null;
    /** chance to find as few, or fewer */
    readonly p: number;
    readonly orphaned: number;
  })[];
};

export type ByeEvent = {
  readonly retryMs: number;
};

export type Chain = {
  /** time up to which shares are counted; milliseconds since 1970 */
  readonly asOfMs: number;
  /** the chain in paths */
  readonly name: string;
  readonly coin: Coin;
  readonly rate: Rates;
  /** accounts with a share in the last 20 minutes */
  readonly miners: number;
  /** rigs with a share in the last 20 minutes */
  readonly workers: number;
  readonly shareOfNetworkRatio: number | null;
  /** height of the newest work */
  readonly height: number | null;
  /** of the round that is open; 1 is what a block takes in the mean */
  readonly effort: number;
  readonly lastBlock: {
    readonly height: number | null;
    /** milliseconds since 1970 */
    readonly foundMs: number;
    readonly state: 'candidate' | 'pending' | 'confirmed' | 'orphaned' | 'refused';
  } | null;
  readonly blocks: {
    readonly total: number;
    readonly pending: number;
    readonly orphaned: number;
  };
  readonly feeRatio: number | null;
  readonly scheme: string | null;
  /** least balance that is paid out */
  readonly threshold: string | null;
  readonly network: {
    readonly name: string;
    readonly rate: number | null;
    readonly difficulty: number | null;
    /** expected solutions or hashes of a block */
    readonly weight: string | null;
    readonly height: number | null;
    readonly blockSeconds: number | null;
    readonly lastBlockMs: number | null;
  };
  readonly workAgeMs: number | null;
  /** time to a block of the pool at its rate of the last hour */
  readonly expectedBlockSeconds: {
    readonly mean: number;
    readonly p50: number;
    readonly p90: number;
  } | null;
  /** of all times; null where the pool keeps no books */
  readonly paid: string | null;
  /** confirmations that a block needs */
  readonly maturity: number | null;
  /** of a scheme with a window: how many expected blocks it holds, and how long that is now */
  readonly window: {
    readonly blocks: number;
    readonly seconds: number | null;
  } | null;
};

export type ChainSummary = {
  /** the chain in paths */
  readonly name: string;
  readonly coin: Coin;
  readonly rate: Rates;
  /** accounts with a share in the last 20 minutes */
  readonly miners: number;
  /** rigs with a share in the last 20 minutes */
  readonly workers: number;
  readonly shareOfNetworkRatio: number | null;
  /** height of the newest work */
  readonly height: number | null;
  /** of the round that is open; 1 is what a block takes in the mean */
  readonly effort: number;
  readonly lastBlock: {
    readonly height: number | null;
    /** milliseconds since 1970 */
    readonly foundMs: number;
    readonly state: 'candidate' | 'pending' | 'confirmed' | 'orphaned' | 'refused';
  } | null;
  readonly blocks: {
    readonly total: number;
    readonly pending: number;
    readonly orphaned: number;
  };
  readonly feeRatio: number | null;
  readonly scheme: string | null;
  /** least balance that is paid out */
  readonly threshold: string | null;
};

export type Coin = {
  readonly name: string;
  readonly symbol: string;
  /** one coin is 10^decimals of the smallest unit */
  readonly decimals: number;
  /** what rates are measured in */
  readonly unit: 'Sol/s' | 'H/s';
  readonly algorithm: string;
};

export type Credits = {
  /** time up to which shares are counted; milliseconds since 1970 */
  readonly asOfMs: number;
  readonly items: readonly ({
    /** milliseconds since 1970 */
    readonly ms: number;
    readonly height: number | null;
    /** of the block; null for a credit that no block made */
    readonly hash: string | null;
    /** the account's part of the round */
    readonly weightRatio: number | null;
    /** amount in the smallest unit of the coin, as decimal text */
    readonly amount: string;
    readonly state: 'immature' | 'credited' | 'reversed';
  })[];
  /** pass it as `cursor` for the next page; null on the last page */
  readonly next: string | null;
};

export type HelloEvent = {
  readonly boot: string;
  /** milliseconds since 1970 */
  readonly asOfMs: number;
  readonly topics: readonly (string)[];
};

export type Miners = {
  /** time up to which shares are counted; milliseconds since 1970 */
  readonly asOfMs: number;
  readonly items: readonly ({
    /** shortened, unless the account shows itself openly */
    readonly label: string;
    /** the whole name where the account shows itself openly */
    readonly account: string | null;
    readonly rate: Rate;
    /** of the pool's work in the last hour */
    readonly shareRatio: number;
    readonly workers: number;
  })[];
};

export type NoticeEvent = {
  readonly text: {
    readonly en: string;
    readonly zh: string;
  };
};

export type OneBlock = {
  /** time up to which shares are counted; milliseconds since 1970 */
  readonly asOfMs: number;
  readonly block: Block;
};

export type OnePayout = {
  /** time up to which shares are counted; milliseconds since 1970 */
  readonly asOfMs: number;
  readonly payout: Payout;
};

export type OneWorker = {
  /** time up to which shares are counted; milliseconds since 1970 */
  readonly asOfMs: number;
  readonly worker: Worker;
};

export type Payout = {
  readonly id: string;
  readonly state: 'planned' | 'sending' | 'sent' | 'confirmed' | 'held' | 'failed';
  /** milliseconds since 1970 */
  readonly createdMs: number;
  readonly sentMs: number | null;
  readonly recipients: number;
  /** amount in the smallest unit of the coin, as decimal text */
  readonly amount: string;
  /** of the network */
  readonly fee: string | null;
  readonly txid: string | null;
  readonly explorerUrl: string | null;
};

export type PayoutEvent = {
  readonly chain: string;
  readonly id: string;
  readonly state: 'planned' | 'sending' | 'sent' | 'confirmed' | 'held' | 'failed';
  readonly recipients: number;
  /** amount in the smallest unit of the coin, as decimal text */
  readonly amount: string;
};

export type Payouts = {
  /** time up to which shares are counted; milliseconds since 1970 */
  readonly asOfMs: number;
  readonly items: readonly (Payout)[];
  /** pass it as `cursor` for the next page; null on the last page */
  readonly next: string | null;
};

export type Pool = {
  /** time up to which shares are counted; milliseconds since 1970 */
  readonly asOfMs: number;
  readonly name: string;
  /** null while the pool does not answer */
  readonly startedMs: number | null;
  readonly uptime30dRatio: number | null;
  /** false while the pool does not answer, or gives no work */
  readonly ready: boolean;
  readonly notices: readonly ({
    readonly level: 'info' | 'warning' | 'outage';
    readonly text: {
      readonly en: string;
      readonly zh: string;
    };
  })[];
  readonly chains: readonly (ChainSummary)[];
};

export type PoolEvent = {
  readonly chain: string;
  /** milliseconds since 1970 */
  readonly asOfMs: number;
  readonly rate: Rate;
  readonly miners: number;
  readonly workers: number;
  readonly effort: number;
  readonly height: number | null;
};

export type Ports = {
  /** time up to which shares are counted; milliseconds since 1970 */
  readonly asOfMs: number;
  readonly items: readonly ({
    readonly name: string;
    /** null where the configuration names no public address */
    readonly host: string | null;
    readonly port: number;
    readonly tls: boolean;
    readonly dialect: string;
    readonly startDifficulty: number;
    readonly minDifficulty: number | null;
    readonly maxDifficulty: number | null;
    readonly fixed: boolean;
    readonly shareSeconds: number;
    readonly connections: number | null;
  })[];
  /** programs that mine this chain, and the line that starts each */
  readonly programs: readonly ({
    readonly id: string;
    readonly name: string;
    /** whether it speaks TLS */
    readonly tls: boolean;
    /** with {host}, {port}, {account} and {rig} to be replaced */
    readonly commands: {
      readonly linux: string;
      readonly windows: string;
    };
  })[];
};

export type Problem = {
  /** always about:blank: `code` says what happened */
  readonly type: string;
  readonly status: number;
  /** for people */
  readonly title: string;
  readonly code: 'ADIT_API_BAD_REQUEST' | 'ADIT_API_BAD_PATH' | 'ADIT_API_BAD_QUERY' | 'ADIT_API_BAD_CURSOR' | 'ADIT_API_NOT_FOUND' | 'ADIT_API_NO_CHAIN' | 'ADIT_API_NO_ACCOUNT' | 'ADIT_API_NO_WORKER' | 'ADIT_API_NO_BLOCK' | 'ADIT_API_NO_PAYOUT' | 'ADIT_API_METHOD' | 'ADIT_API_TIMEOUT' | 'ADIT_API_BODY' | 'ADIT_API_TOO_LONG' | 'ADIT_API_WRONG_HOST' | 'ADIT_API_TOO_MANY' | 'ADIT_API_TOO_LARGE' | 'ADIT_API_FAILED' | 'ADIT_API_BUSY';
  /** for people */
  readonly detail?: string;
};

export type Rate = {
  /** solutions or hashes a second; null while there are too few shares */
  readonly value: number | null;
  /** the true rate is between low and high in 95 of 100 cases */
  readonly low: number | null;
  readonly high: number | null;
  /** accepted shares that it stands on */
  readonly shares: number;
  /** time over which they came */
  readonly seconds: number;
};

export type Rates = {
  readonly m10: Rate;
  readonly h1: Rate;
  readonly h24: Rate;
};

export type ResetEvent = Readonly<Record<string, never>>;

export type Series = {
  /** time up to which shares are counted; milliseconds since 1970 */
  readonly asOfMs: number;
  readonly metric: 'rate' | 'network' | 'miners' | 'refused' | 'effort';
  readonly unit: string;
  readonly range: '1h' | '6h' | '24h' | '7d' | '30d' | '1y';
  readonly stepSeconds: number;
  /** milliseconds since 1970 */
  readonly fromMs: number;
  /** one for each step; null where the pool did not run or the metric is not on record, 0 without shares */
  readonly values: readonly (number | null)[];
  readonly shares: readonly (number | null)[];
  /** true if the last step is not over */
  readonly partialLast: boolean;
  readonly byReason: Readonly<Record<string, readonly (number | null)[]>>;
};

export type TipEvent = {
  readonly chain: string;
  readonly height: number;
  /** milliseconds since 1970 */
  readonly ms: number;
};

export type Worker = {
  /** the rig in paths */
  readonly wid: string;
  /** what stands behind the account; empty where the rig has no name */
  readonly name: string;
  readonly state: 'new' | 'online' | 'quiet' | 'offline';
  /** milliseconds since 1970 */
  readonly lastShareMs: number;
  /** since when it is connected */
  readonly sinceMs: number | null;
  readonly connections: number | null;
  readonly port: string | null;
  readonly agent: string | null;
  readonly difficulty: number | null;
  /** of its last share */
  readonly shareWeight: string;
  readonly rate: Rates;
  readonly shares24h: {
    readonly accepted: number;
    /** refused submissions by reason; empty where none is on record */
    readonly refused: Readonly<Record<string, number>>;
  };
  readonly bestShareWeight: string | null;
};

export type Workers = {
  /** time up to which shares are counted; milliseconds since 1970 */
  readonly asOfMs: number;
  readonly items: readonly (Worker)[];
  /** pass it as `cursor` for the next page; null on the last page */
  readonly next: string | null;
  readonly total: number;
};
