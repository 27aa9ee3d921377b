import type { RejectReason } from '@adit/stratum';
import type { Offence } from './options.ts';

/**
 * What a refusal says about the miner: an offence; `honest`, a mistake that honest miners make; or `own`, a fault of the
 * pool itself, whatever the miner sent. A reason without an entry does not compile.
 */
const PRICES: Readonly<Record<RejectReason, Offence | 'honest' | 'own'>> = {
  malformed: 'malformed',
  unknown_method: 'unknown_method',
  bad_params: 'honest',
  bad_nonce: 'honest',
  wrong_nonce1: 'honest',
  bad_time: 'honest',
  bad_solution_encoding: 'honest',
  invalid_solution: 'invalid_solution',
  overloaded: 'own',
  not_recorded: 'own',
  job_not_found: 'honest',
  stale_job: 'honest',
  duplicate_share: 'honest',
  low_difficulty: 'honest',
  unauthorized: 'unauthorized',
  bad_account: 'unauthorized',
  not_subscribed: 'honest',
};

/** The offence that a refusal is; undefined where it is none. */
export function offenceOf(reason: RejectReason): Offence | undefined {
  const price = PRICES[reason];
  return price === 'honest' || price === 'own' ? undefined : price;
}

/** Whether the refusal is the fault of the pool, so that it does not count against the miner's line. */
export function isOwnFault(reason: RejectReason): boolean {
  return PRICES[reason] === 'own';
}
