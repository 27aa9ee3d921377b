import type { Finding, Outcome } from './finding.ts';

/** The outcomes in the order in which a report counts them. */
export const OUTCOMES: readonly Outcome[] = ['pass', 'fail', 'not_applicable', 'cannot_tell'];

/** The outcomes as people read them. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  pass: 'pass',
  fail: 'FAIL',
  not_applicable: 'not applicable',
  cannot_tell: 'cannot tell',
};

export type Summary = Readonly<Record<Outcome, number>> & { readonly milliseconds: number };

export function summarise(findings: readonly Finding[]): Summary {
  const count = (outcome: Outcome) => findings.filter((finding) => finding.outcome === outcome).length;
  return {
    pass: count('pass'),
    fail: count('fail'),
    not_applicable: count('not_applicable'),
    cannot_tell: count('cannot_tell'),
    milliseconds: findings.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
  };
}

/** @returns 0 where nothing failed and something passed, 1 where something failed, 3 where the probe could not tell anything */
export function exitStatus(findings: readonly Finding[]): 0 | 1 | 3 {
  const { fail, pass } = summarise(findings);
  if (fail > 0) return 1;
  return pass > 0 ? 0 : 3;
}
