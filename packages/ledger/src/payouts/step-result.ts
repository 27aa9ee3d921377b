import type { HoldReason } from '@adit/money';

/** Why nothing can be done just now, although payouts are on. All of them pass by themselves, except for a hold and an approval. */
export type WaitCause =
  | 'off'
  | 'held'
  | 'not_approved'
  | 'nothing_due'
  | 'wallet_away'
  | 'wallet_behind'
  | 'wallet_branch'
  | 'wallet_incomplete'
  | 'nodes_away'
  | 'nodes_disagree'
  | 'unconfirmed'
  | 'reconcile_gap'
  | 'upgrade_near'
  | 'shielding'
  | 'operation_runs'
  | 'not_found'
  | 'not_mined'
  | 'not_deep'
  | 'fee_unknown';

/** What one step of the payouts did. */
export type StepResult =
  /** A batch or a shielding changed: there may be more to do at once. */
  | { readonly kind: 'moved'; readonly batch: string | null; readonly detail: string }
  /** Something has to happen outside first. */
  | {
      readonly kind: 'waits';
      readonly batch: string | null;
      readonly why: WaitCause;
      readonly detail: string;
    };

/** What is found immediately before a wallet is called. */
export type CallCheck =
  | {
      readonly kind: 'clear';
      readonly tip: number;
      readonly identity: string;
      readonly remembered: readonly string[];
    }
  | { readonly kind: 'waits'; readonly why: WaitCause; readonly detail: string }
  | { readonly kind: 'hold'; readonly reason: HoldReason; readonly detail: string };
