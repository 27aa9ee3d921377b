import type { SubmissionOutcome } from '../events.ts';
import type { BlockState } from './block-state.ts';
import type { Candidate } from './candidate.ts';

/** The answers of the nodes to a submission. */
export interface SubmissionReport {
  readonly outcome: SubmissionOutcome;
  readonly answers: readonly { readonly node: string; readonly answer: string }[];
}

/** The state of a candidate. After `final` it is no longer followed. */
export interface CandidateFate {
  readonly state: BlockState;
  readonly confirmations: number;
  readonly final: boolean;
  /** Whether to hand it in again: it is not on the best chain, but can still get there. */
  readonly again: boolean;
}

/** How one chain submits and follows its candidates. */
export interface CandidateChain {
  readonly submit: (candidate: Candidate) => Promise<SubmissionReport>;
  /** Takes note of the candidates of an earlier process, before any of them is submitted. */
  readonly takeUp?: (candidates: readonly Candidate[]) => void;
  /** Called before `fate`, to ask the nodes what is needed for all of these candidates at once. */
  readonly refresh?: (candidates: readonly Candidate[]) => Promise<void>;
  /** Looks for a candidate. Undefined where no node answered. */
  readonly fate: (candidate: Candidate) => Promise<CandidateFate | undefined>;
  /** Time between two looks at the candidates. */
  readonly watchMs: number;
  /** How long a stop waits for submissions that are under way; default 30 s. */
  readonly stopWithinMs?: number;
}
