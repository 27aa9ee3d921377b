import { AditError } from '@adit/primitives';
import type { LuckCounts } from './luck.ts';
import { checkCounts, logProbability, lowerSeries, upperSeries } from './poisson.ts';

/** From here on a person is told. */
export const WARN_AT = 20;
/** Chance per year of an alarm about somebody honest. */
export const DEFAULT_ALPHA = 0.01;

/**
 * Evidence that blocks are withheld, which may be looked at as often as one likes: for honest work it exceeds `1 / alpha` *ever* with
 * a chance of at most `alpha` (Ville's inequality). It is the likelihood that a fraction r of all blocks arrives, averaged over all r
 * from 0 to 1, over the likelihood that all arrive: P(N > k) / (lambda * P(N = k)).
 * @returns its natural logarithm, since the evidence itself grows beyond what a double holds; 0 for nothing expected
 * @throws AditError `ADIT_BAD_OPTION` for counts that are not what they should be
 */
export function logEvidence({ lambda, found }: LuckCounts): number {
  checkCounts(lambda, found);
  if (lambda === 0) return 0;
  if (found + 1 >= lambda) {
    // P(N > k) is P(N = k + 1) times a series, and P(N = k + 1) / P(N = k) is lambda / (k + 1).
    return Math.log(upperSeries(lambda, found + 1)) - Math.log(found + 1);
  }
  const log = logProbability(lambda, found);
  return Math.log1p(-Math.exp(log) * lowerSeries(lambda, found)) - Math.log(lambda) - log;
}

/** Evidence that an alarm asks for, where `accounts` are watched at once: one of many is unlucky. In logarithms. */
export function logAlarmAt(accounts: number, alpha = DEFAULT_ALPHA): number {
  if (!(accounts >= 1 && alpha > 0 && alpha < 1))
    throw new AditError(
      'ADIT_BAD_OPTION',
      'an alarm needs at least one account and a chance between 0 and 1',
    );
  return Math.log(accounts / alpha);
}

/** Tests of a year: one begins each month, so that withholding that begins late is seen too. */
export const TESTS_PER_YEAR = 12;

/**
 * Evidence of the tests of a year together: each has a twelfth of the weight, and one that has not begun counts as 1.
 * @param tests counts since the beginning of each test that has begun, at most 12
 * @returns its natural logarithm
 * @throws AditError `ADIT_BAD_OPTION` for more tests than a year has
 */
export function logMixedEvidence(tests: readonly LuckCounts[]): number {
  if (tests.length > TESTS_PER_YEAR)
    throw new AditError('ADIT_BAD_OPTION', `a year has ${TESTS_PER_YEAR} tests, not ${tests.length}`);
  const logs = Array.from({ length: TESTS_PER_YEAR }, (_, i) => {
    const test = tests[i];
    return test === undefined ? 0 : logEvidence(test);
  });
  const largest = Math.max(...logs);
  const sum = logs.reduce((all, log) => all + Math.exp(log - largest), 0);
  return largest + Math.log(sum / TESTS_PER_YEAR);
}

/** A question of its own: does a certain fraction arrive? (Wald's sequential test.) */
export interface FractionTest {
  /** The fraction of blocks that a withholder would let through, between 0 and 1. */
  readonly fraction: number;
  /** Chance of an alarm about somebody honest. */
  readonly alpha: number;
  /** Chance of missing a withholder. */
  readonly beta: number;
}

/** What a test of a fraction says. */
export type FractionVerdict = 'alarm' | 'clear' | 'open';

/** Log likelihood ratio of "the fraction arrives" against "all arrive": k * ln r + lambda * (1 - r). */
export function logRatio({ lambda, found }: LuckCounts, fraction: number): number {
  checkCounts(lambda, found);
  checkBetween(fraction, 'a fraction');
  return found * Math.log(fraction) + lambda * (1 - fraction);
}

/** @throws AditError `ADIT_BAD_OPTION` */
export function judgeFraction(counts: LuckCounts, test: FractionTest): FractionVerdict {
  const { alarmAt, clearAt } = boundsOf(test);
  const ratio = logRatio(counts, test.fraction);
  if (ratio >= alarmAt) return 'alarm';
  return ratio <= clearAt ? 'clear' : 'open';
}

/** Where a test of a fraction ends: 9.16 and -3.00 for alpha 10^-4 and beta 0.05. */
export function boundsOf({ alpha, beta }: Pick<FractionTest, 'alpha' | 'beta'>): {
  readonly alarmAt: number;
  readonly clearAt: number;
} {
  checkBetween(alpha, 'alpha');
  checkBetween(beta, 'beta');
  return { alarmAt: Math.log((1 - beta) / alpha), clearAt: Math.log(beta / (1 - alpha)) };
}

/** Expected blocks until a test of a fraction alarms about somebody who lets just that fraction through. */
export function blocksToAlarm({ fraction, alpha, beta }: FractionTest): number {
  checkBetween(fraction, 'a fraction');
  return boundsOf({ alpha, beta }).alarmAt / (fraction * Math.log(fraction) + 1 - fraction);
}

/**
 * One step of a sum that sees changes (CUSUM): what spoke for honesty before does not hide what begins now.
 * @param sum so far, 0 at the beginning
 * @param counts of the time since the last step
 */
export function nextSum(sum: number, counts: LuckCounts, fraction: number): number {
  return Math.max(0, sum + logRatio(counts, fraction));
}

function checkBetween(value: number, what: string): void {
  if (!(value > 0 && value < 1))
    throw new AditError('ADIT_BAD_OPTION', `${what} must be between 0 and 1, not ${value}`);
}
