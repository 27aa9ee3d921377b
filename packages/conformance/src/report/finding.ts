import type { Speaker } from '@adit/wire';
import type { Question } from '../checks/question.ts';

/**
 * The outcome of a check. `cannot_tell`: the rule applies, but the probe could not make the other side show whether it
 * keeps it. `not_applicable`: the other side does not offer what the rule is about.
 */
export type Outcome = 'pass' | 'fail' | 'not_applicable' | 'cannot_tell';

/**
 * Why a check could not ask. `no_connection`: the probe could not connect. `shut_out`:
 * the pool closes every connection of this address without a word. `gone`: the pool went away during the check.
 */
export type JudgementCause = 'no_connection' | 'shut_out' | 'gone';

/** One judgement of a check, before it is put into a report. */
export interface Judgement {
  readonly outcome: Outcome;
  /** One sentence that says what the other side did. Texts from the wire are printable. */
  readonly came: string;
  /** Only the program reads it; reports do not show it. */
  readonly cause?: JudgementCause;
}

/** One line of the wire as the report shows it: printable, shortened, without passwords. */
export interface WireLine {
  /** The number of the connection in the check, counted from 1. */
  readonly connection: number;
  readonly from: Speaker;
  /** Milliseconds since the check began. */
  readonly at: number;
  readonly text: string;
}

/** A check with its result. */
export interface Finding extends Omit<Question, 'dialects'> {
  readonly outcome: Outcome;
  readonly came: string;
  readonly milliseconds: number;
  /** The last lines of the conversation. */
  readonly wire: readonly WireLine[];
}

export function pass(came: string): Judgement {
  return { outcome: 'pass', came };
}

export function fail(came: string, cause?: JudgementCause): Judgement {
  return { outcome: 'fail', came, ...(cause === undefined ? {} : { cause }) };
}

export function notApplicable(came: string): Judgement {
  return { outcome: 'not_applicable', came };
}

export function cannotTell(came: string, cause?: JudgementCause): Judgement {
  return { outcome: 'cannot_tell', came, ...(cause === undefined ? {} : { cause }) };
}

/** Thrown by a helper to end the check with a judgement. */
export class Judged extends Error {
  readonly judgement: Judgement;

  constructor(judgement: Judgement) {
    super(judgement.came);
    this.judgement = judgement;
  }
}

/** For `catch`: turns `Judged` into undefined, and throws other errors again. */
export function orNothing(error: unknown): undefined {
  if (!(error instanceof Judged)) throw error;
}
