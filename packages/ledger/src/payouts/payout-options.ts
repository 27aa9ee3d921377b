import { type BatchRules, PROOF_MARGIN } from '@adit/money';
import { AditError } from '@adit/primitives';

/** What a wallet account may pay by itself. */
export interface PayoutCaps {
  /** Most for one payee in one payment. */
  readonly payment: bigint;
  /** Most for one batch, without its fee. */
  readonly batch: bigint;
  /** Most within 24 hours. */
  readonly daily: bigint;
}

/** How the payouts of one wallet account of one chain are made. */
export interface PayoutOptions {
  readonly chain: string;
  /** Name of the wallet account, as the configuration has it. */
  readonly wallet: string;
  readonly caps: PayoutCaps;
  /** The pool's own minimum. */
  readonly minimum: bigint;
  /** What has to stay in the wallet. */
  readonly keep: bigint;
  readonly feeBorneBy: 'pool' | 'payees';
  /** Most that a transaction may cost, whatever was estimated. */
  readonly mostFee: bigint;
  readonly rules: BatchRules;
  /** Least value of mature rewards that is worth a shielding. */
  readonly shieldFrom: bigint;
  /** Blocks beyond an expiry that a proof of non-payment waits for; less than {@link PROOF_MARGIN} is not taken. */
  readonly margin: number;
}

/** Age at which a plan is thrown away: balances and fees may be others by then. */
export const PLAN_LIFE_MS = 60 * 60_000;
/** A wallet that is further behind the nodes does not pay: its balance and its history are those of the past. */
export const MOST_BLOCKS_BEHIND = 10;
/** Within so many blocks before an upgrade nothing is sent: a transaction of the old rules would be void behind it. */
export const UPGRADE_BLOCKS = 150;
/** Difference between the two clocks that means that one was set. */
export const CLOCK_STEP_MS = 60_000;
/** Longest time between the intent on disk and the call. A process that slept longer may have lost its lease. */
export const MOST_CALL_DELAY_MS = 5_000;
/** A request may wait in a queue before the wallet sees it. Before this time "nothing runs" says nothing about it. */
export const CALL_SETTLES_MS = 10 * 60_000;
/** An operation that runs longer than this is looked for in the history. The longest proof that was seen took 254 s. */
export const MOST_OPERATION_MS = 60 * 60_000;
/** Blocks behind its end for which a payment is still watched: as many as a node can reorganise. */
export const WATCHED_BLOCKS = 1_000;

/** @throws AditError `ADIT_BAD_OPTION` for caps that are missing, or margins that are too small */
export function checkPayoutOptions({ chain, wallet, caps, margin, rules }: PayoutOptions): void {
  for (const [what, name] of Object.entries({ chain, wallet })) {
    if (name === '' || name.includes(':'))
      throw new AditError('ADIT_BAD_OPTION', `${what} needs a name without colons, not "${name}"`);
  }
  for (const what of ['payment', 'batch', 'daily'] as const) {
    if (typeof caps[what] !== 'bigint' || caps[what] <= 0n)
      throw new AditError('ADIT_BAD_OPTION', `payouts need a ${what} cap above zero`);
  }
  if (!Number.isSafeInteger(margin) || margin < PROOF_MARGIN)
    throw new AditError(
      'ADIT_BAD_OPTION',
      `margin must be a whole number from ${PROOF_MARGIN}, not ${margin}`,
    );
  if (!Number.isSafeInteger(rules.settleDepth) || rules.settleDepth < 1)
    throw new AditError(
      'ADIT_BAD_OPTION',
      `settleDepth must be a whole number from 1, not ${rules.settleDepth}`,
    );
}
