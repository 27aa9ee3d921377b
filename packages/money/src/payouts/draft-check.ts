import type { DraftFault } from './batch-evidence.ts';
import { type MatchOutput, paySame } from './history-match.ts';

/** What was planned. */
export interface DraftPlan {
  /** Payees, and the tag output. */
  readonly outputs: readonly MatchOutput[];
  /** The fee that was estimated. */
  readonly fee: bigint;
  /** The most that may be paid as a fee, whatever the estimate was. */
  readonly mostFee: bigint;
}

/** What a wallet shows of a draft before it is signed. */
export interface ShownDraft {
  /** All outputs that are not change. */
  readonly outputs: readonly MatchOutput[];
  readonly fee: bigint;
  /** Last height at which it can be mined; 0 if it never expires. */
  readonly expiry: number;
}

/** A fee of this many times the estimate means that one of the two is wrong. */
const MOST_TIMES_ESTIMATE = 2n;

/**
 * Compares a draft with the plan, before a valid transaction exists.
 * @returns what is wrong, or null. A draft that never expires is wrong too: nothing could ever prove that it was not paid.
 */
export function checkDraft(plan: DraftPlan, draft: ShownDraft): DraftFault | null {
  if (draft.expiry <= 0 || !paySame(plan.outputs, draft.outputs)) return 'draft_differs';
  return draft.fee > plan.mostFee || draft.fee > plan.fee * MOST_TIMES_ESTIMATE ? 'fee_too_high' : null;
}
