import type { Offence, PoolEvent, Rung } from '@adit/pool';

/*
 * Values of labels. They are closed lists, checked against the types: each value costs a time series a port or
 * chain, so nothing that a stranger chooses (worker, address, agent) may be a label. All of them are shown from
 * the start: a series that appears with its first event hides that event from `rate()`.
 */

type Refused = Extract<PoolEvent, { kind: 'refused' }>;

const REASON_TABLE: Readonly<Record<Refused['reason'], true>> = {
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
  not_subscribed: true,
};
const OFFENCE_TABLE: Readonly<Record<Offence, true>> = {
  invalid_solution: true,
  malformed: true,
  oversize_line: true,
  unknown_method: true,
  bad_hello: true,
  no_login: true,
  flood: true,
  unauthorized: true,
};
/** `none` is never an event. */
const RUNG_TABLE: Readonly<Record<Exclude<Rung, 'none'>, true>> = {
  warn: true,
  slow: true,
  disconnect: true,
  ban: true,
};

export const REJECT_REASONS: readonly string[] = Object.keys(REASON_TABLE);
export const OFFENCES: readonly string[] = Object.keys(OFFENCE_TABLE);
export const RUNGS: readonly string[] = Object.keys(RUNG_TABLE);
/** Why a connection is not taken: `RefusedBecause` of @adit/net, which this room does not see. */
export const REFUSALS: readonly string[] = [
  'full',
  'address_limit',
  'network_limit',
  'rate',
  'address_rate',
  'banned',
  'bad_proxy_header',
  'hello_timeout',
  'tls_failed',
  'plain_on_tls',
  'tls_on_plain',
  'http',
  'accept_failed',
  'refused',
];
export const NODE_STATES: readonly string[] = ['ready', 'syncing', 'down', 'lying'];
/** What has become of a found block. */
export const BLOCK_STATES: readonly string[] = ['best_chain', 'side_chain', 'unknown'];

/** A value of a closed list, or `other`: the list stays closed whatever an event brings. */
export function labelOf(known: readonly string[], value: string): string {
  return known.includes(value) ? value : 'other';
}
