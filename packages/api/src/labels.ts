import {
  type BlockState,
  type ChainStatus,
  END_LABELS,
  type Offence,
  type PoolEvent,
  type Rung,
} from '@adit/pool';

/*
 * Values of labels. They are closed lists, checked against the types: each value costs one time series for each port or
 * chain, so a text that a client chooses (worker, address, agent) is never a label. All values are shown from the
 * start: a series that appears with its first event hides that event from `rate()`.
 */

type RejectReason = Extract<PoolEvent, { kind: 'refused' }>['reason'];
type RefusedBecause = Extract<PoolEvent, { kind: 'connection_refused' }>['because'];
type NodeState = ChainStatus['nodes'][number]['state'];

const REASON_TABLE: Readonly<Record<RejectReason, true>> = {
  malformed: true,
  unknown_method: true,
  bad_params: true,
  bad_nonce: true,
  wrong_nonce1: true,
  bad_time: true,
  bad_solution_encoding: true,
  invalid_solution: true,
  overloaded: true,
  not_recorded: true,
  job_not_found: true,
  stale_job: true,
  duplicate_share: true,
  low_difficulty: true,
  unauthorized: true,
  bad_account: true,
  not_subscribed: true,
};
const REFUSAL_TABLE: Readonly<Record<RefusedBecause, true>> = {
  full: true,
  address_limit: true,
  network_limit: true,
  rate: true,
  address_rate: true,
  banned: true,
  bad_proxy_header: true,
  hello_timeout: true,
  tls_failed: true,
  plain_on_tls: true,
  tls_on_plain: true,
  http: true,
  accept_failed: true,
  refused: true,
};
const NODE_STATE_TABLE: Readonly<Record<NodeState, true>> = {
  ready: true,
  syncing: true,
  down: true,
  lying: true,
  wrong_network: true,
};
const OFFENCE_TABLE: Readonly<Record<Offence, true>> = {
  invalid_solution: true,
  wrong_nonce: true,
  malformed: true,
  oversize_line: true,
  unknown_method: true,
  bad_hello: true,
  no_login: true,
  flood: true,
  unauthorized: true,
};
/** All causes but `none`, which never comes with an event. */
const RUNG_TABLE: Readonly<Record<Exclude<Rung, 'none'>, true>> = {
  warn: true,
  slow: true,
  disconnect: true,
  ban: true,
};
const BLOCK_STATE_TABLE: Readonly<Record<BlockState, true>> = {
  best_chain: true,
  side_chain: true,
  unknown: true,
};

export const REJECT_REASONS: readonly string[] = Object.keys(REASON_TABLE);
export const OFFENCES: readonly string[] = Object.keys(OFFENCE_TABLE);
export const RUNGS: readonly string[] = Object.keys(RUNG_TABLE);
export const REFUSALS: readonly string[] = Object.keys(REFUSAL_TABLE);
/** Several causes may have one label. */
export const ENDS: readonly string[] = [...new Set(Object.values(END_LABELS))];
export const NODE_STATES: readonly string[] = Object.keys(NODE_STATE_TABLE);
/** The states of a found block. */
export const BLOCK_STATES: readonly string[] = Object.keys(BLOCK_STATE_TABLE);

/** @returns the value if it is in the closed list, otherwise `other` */
export function labelOf(known: readonly string[], value: string): string {
  return known.includes(value) ? value : 'other';
}
