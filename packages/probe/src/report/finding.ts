/**
 * What a check came to. `cannot_tell`: the rule applies, but the other side could not be brought to the point where it
 * shows. `not_applicable`: the other side does not offer what the rule is about.
 */
export type Outcome = 'pass' | 'fail' | 'not_applicable' | 'cannot_tell';

/**
 * Why nobody could be asked, where that is what a check came to. `no_connection`: no connection came about. `shut_out`:
 * the pool closes every connection of this address without a word.
 */
export type JudgementCause = 'no_connection' | 'shut_out';

/** One judgement of a check, before it is put into a report. */
export interface Judgement {
  readonly outcome: Outcome;
  /** One sentence: what the other side did. Texts from the wire are made printable first. */
  readonly came: string;
  /** Only for the program; it stands in no report. */
  readonly cause?: JudgementCause;
}

/** One line of the wire, as the report shows it: printable, shortened, passwords left out. */
export interface WireLine {
  /** Which connection of the check, counted from 1. */
  readonly connection: number;
  readonly from: 'probe' | 'peer';
  /** Milliseconds since the check began. */
  readonly at: number;
  readonly text: string;
}

/** A check with its result. */
export interface Finding {
  readonly id: string;
  readonly title: string;
  readonly group: 'conformance' | 'attack';
  /** Where each rule stands: ZIP 301, a section of the TrueStratum document, an attack of the catalogue. */
  readonly rules: readonly string[];
  readonly sent: string;
  readonly expected: string;
  readonly outcome: Outcome;
  readonly came: string;
  readonly milliseconds: number;
  /** The last lines of the conversation. */
  readonly wire: readonly WireLine[];
}

export function pass(came: string): Judgement {
  return { outcome: 'pass', came };
}

export function fail(came: string): Judgement {
  return { outcome: 'fail', came };
}

export function notApplicable(came: string): Judgement {
  return { outcome: 'not_applicable', came };
}

export function cannotTell(came: string, cause?: JudgementCause): Judgement {
  return { outcome: 'cannot_tell', came, ...(cause === undefined ? {} : { cause }) };
}

/** Ends a check from the depth of a helper with a judgement. */
export class Judged extends Error {
  readonly judgement: Judgement;

  constructor(judgement: Judgement) {
    super(judgement.came);
    this.judgement = judgement;
  }
}

/** For `catch`: what could not be judged is done without. */
export function orNothing(error: unknown): undefined {
  if (!(error instanceof Judged)) throw error;
}
