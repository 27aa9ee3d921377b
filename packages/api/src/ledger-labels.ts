import type { WaitCause, WatchedAccount } from '@adit/ledger';
import type { BlockState, HoldReason } from '@adit/money';

/* Values of the ledger's labels: closed lists, checked against the types, as in labels.ts. */

const HOLD_TABLE: Readonly<Record<HoldReason, true>> = {
  books_broken: true,
  clock_step: true,
  conflict_mined: true,
  deep_reorg: true,
  draft_differs: true,
  fee_too_high: true,
  foreign_nonce: true,
  match_partial: true,
  matches_several: true,
  node_lags: true,
  nodes_disagree: true,
  operator: true,
  paid_after_release: true,
  paid_twice: true,
  paper_list_lost: true,
  paper_unknown_list: true,
  reconcile_gap: true,
  second_owner: true,
  upgrade_near: true,
  wallet_changed: true,
};
const WAIT_TABLE: Readonly<Record<WaitCause, true>> = {
  off: true,
  held: true,
  not_approved: true,
  nothing_due: true,
  wallet_away: true,
  wallet_behind: true,
  wallet_branch: true,
  wallet_incomplete: true,
  nodes_away: true,
  nodes_disagree: true,
  unconfirmed: true,
  reconcile_gap: true,
  upgrade_near: true,
  shielding: true,
  operation_runs: true,
  not_found: true,
  not_mined: true,
  not_deep: true,
  fee_unknown: true,
};
const BLOCK_STATE_TABLE: Readonly<Record<BlockState, true>> = {
  found: true,
  seen: true,
  confirmed: true,
  mature: true,
  closed: true,
  disputed: true,
  lost: true,
  orphaned: true,
};

export const HOLD_REASONS = Object.keys(HOLD_TABLE) as readonly HoldReason[];
export const WAIT_CAUSES = Object.keys(WAIT_TABLE) as readonly WaitCause[];
export const MONEY_BLOCK_STATES = Object.keys(BLOCK_STATE_TABLE) as readonly BlockState[];

/** Accounts of the books as operators call them. */
export const ACCOUNT_LABELS: Readonly<Record<WatchedAccount, string>> = {
  'asset:immature': 'immature',
  'asset:coinbase': 'to_be_shielded',
  'asset:transit': 'being_shielded',
  'asset:hot': 'payable',
  'equity:fee-pending': 'fee_immature',
  'equity:fee': 'fee',
  'equity:pps': 'reserve',
  'cost:network-fee': 'network_fee',
  suspense: 'suspense',
};
