import type { Ban } from './ban.ts';

/** A change of one subject's row. */
export interface BanChange {
  readonly subject: string;
  /** Undefined deletes the row. */
  readonly ban: Ban | undefined;
  /**
   * A row that ends later stays: two processes may ban one address for its conduct at the same moment, and neither
   * knows the other's ban yet.
   */
  readonly keepsLonger: boolean;
}

/** What the list of bans has for its file. At most one exchange is under way. */
export interface BanExchange {
  readonly changes: readonly BanChange[];
  /** Rows to delete: those that ended at `endedMs` or before, and all but the `keep` that end last. */
  readonly prune: { readonly endedMs: number; readonly keep: number } | undefined;
  /** Most bans in the answer. */
  readonly limit: number;
  /** The file is closed afterwards. */
  readonly isLast: boolean;
}

/** What the thread of the bans answers. */
export interface BanAnswer {
  /** Whether the file has the changes. */
  readonly saved: boolean;
  /** The file is new, perhaps because a broken one was moved away: it needs all bans. */
  readonly fresh: boolean;
  /** All bans, where another process has changed the file. */
  readonly bans: readonly Ban[] | undefined;
  /** A broken file was renamed. The text says so, for people. */
  readonly setAside: string | undefined;
  readonly trouble:
    | {
        /** Another process holds the file at this moment: nothing is wrong with it. */
        readonly isBusy: boolean;
        readonly detail: string;
      }
    | undefined;
}

/** `bans.db` as the list sees it: something that answers when the disk does. */
export interface BanFile {
  /** Rejects where the thread was lost, and may never settle where the disk hangs. */
  exchange(exchange: BanExchange): Promise<BanAnswer>;
  /** The process may end although the disk still owes an answer. */
  close(): void;
}
