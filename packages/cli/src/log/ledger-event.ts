/** What the ledger could not do. It tries again; nothing is lost by that. */
export type LedgerProblemCause =
  | 'ingest'
  | 'shares'
  | 'blocks'
  | 'payouts'
  | 'lease'
  | 'database'
  | 'metrics'
  | 'books'
  | 'ended';

/** Everything that happens in the ledger's process, for the log. */
export type LedgerEvent =
  | { readonly kind: 'ledger_open'; readonly database: string; readonly chains: readonly string[] }
  /** Another process is the writer. This one begins when that one ends. */
  | { readonly kind: 'ledger_standby'; readonly detail: string }
  /** The database of the books can be reached again. */
  | { readonly kind: 'ledger_back'; readonly database: string }
  /** The address for metrics is open. */
  | { readonly kind: 'ledger_metrics'; readonly port: number }
  | { readonly kind: 'ledger_ingested'; readonly shares: number; readonly leftOut: number }
  | {
      readonly kind: 'block_moved';
      readonly chain: string;
      /** `block` or `fruit`. */
      readonly what: string;
      readonly hash: string;
      readonly height: number | undefined;
      readonly from: string;
      readonly to: string;
    }
  /** Shares that are paid at once were credited. */
  | {
      readonly kind: 'shares_paid';
      readonly chain: string;
      readonly shares: number;
      readonly accounts: number;
      /** In the smallest unit. */
      readonly paid: string;
    }
  /** The reserve pays for new shares at once, or does not, for another cause than before. */
  | {
      readonly kind: 'reserve_moved';
      readonly chain: string;
      readonly state: 'open' | 'shut';
      readonly cause: string;
      readonly detail: string;
    }
  | {
      readonly kind: 'payout_moved';
      readonly chain: string;
      readonly batch: string | undefined;
      readonly detail: string;
    }
  /** Payouts wait, for another cause than before. */
  | {
      readonly kind: 'payout_waits';
      readonly chain: string;
      readonly batch: string | undefined;
      readonly cause: string;
      readonly detail: string;
    }
  | {
      readonly kind: 'ledger_problem';
      readonly cause: LedgerProblemCause;
      readonly chain: string | undefined;
      readonly code: string | undefined;
      readonly detail: string;
    };
