import type { SubmissionOutcome } from '../events.ts';
import type { BlockState } from './block-state.ts';
import type { Candidate } from './candidate.ts';

/** What the nodes said to a submission. */
export interface SubmissionReport {
  readonly outcome: SubmissionOutcome;
  readonly answers: readonly { readonly node: string; readonly answer: string }[];
}

/** Where a candidate stands; `final` ends the watch. */
export interface CandidateFate {
  readonly state: BlockState;
  readonly confirmations: number;
  readonly final: boolean;
  /** It is not seen where it should be, and can still get there: it is to be handed in again, every so often. */
  readonly again: boolean;
}

/** How one chain submits and follows its candidates. */
export interface CandidateChain {
  readonly submit: (candidate: Candidate) => Promise<SubmissionReport>;
  /** Told before anything of it is submitted: what an earlier process left. */
  readonly takeUp?: (candidates: readonly Candidate[]) => void;
  /** Called before `fate` is asked of any of these: what can be learnt for all of them at once. */
  readonly refresh?: (candidates: readonly Candidate[]) => Promise<void>;
  /** Undefined: nobody could be asked. */
  readonly fate: (candidate: Candidate) => Promise<CandidateFate | undefined>;
  /** Between two looks at the candidates that are under way. */
  readonly watchMs: number;
  /** What a stop waits for submissions that are under way; half a minute where left out. */
  readonly stopWithinMs?: number;
}
