import { AditError } from '@adit/primitives';

/** Terms of a series that are added at most: enough for means of 10^10, whose terms vanish within some 10^6. */
const MOST_TERMS = 4_000_000;
/** A term this much smaller than the sum changes no digit of a double. */
const NEGLIGIBLE = 1e-18;

/**
 * Natural logarithm of k!, by Stirling's series from 20 on and exactly below.
 * @param k a whole number of at least zero
 */
export function logFactorial(k: number): number {
  if (k < 20) {
    let product = 1;
    for (let i = 2; i <= k; i += 1) product *= i;
    return Math.log(product);
  }
  const n = k + 1;
  const series = 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5);
  return (n - 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + series;
}

/** Logarithm of P(N = k) for a Poisson number N of mean `lambda`. */
export function logProbability(lambda: number, k: number): number {
  checkCounts(lambda, k);
  if (lambda === 0) return k === 0 ? 0 : Number.NEGATIVE_INFINITY;
  return k * Math.log(lambda) - lambda - logFactorial(k);
}

/**
 * P(N <= k): the chance that honest work finds so few blocks. Looked at again and again it alarms for nothing, so it is shown and
 * never alarms.
 * @param lambda expected blocks, at least zero
 * @param k blocks found
 * @throws AditError `ADIT_BAD_OPTION` for counts that are not what they should be
 */
export function chanceOfAtMost(lambda: number, k: number): number {
  checkCounts(lambda, k);
  if (lambda === 0) return 1;
  return k < lambda ? lowerTail(lambda, k) : 1 - upperTail(lambda, k + 1);
}

/** P(N >= k). A surplus proves nobody guilty, but a chance below one in a million means that weights or targets are wrong. */
export function chanceOfAtLeast(lambda: number, k: number): number {
  checkCounts(lambda, k);
  if (k === 0) return 1;
  if (lambda === 0) return 0;
  return k > lambda ? upperTail(lambda, k) : 1 - lowerTail(lambda, k - 1);
}

/**
 * Sum of P(N = i) / P(N = k) for i from k downwards: each term is the one before times i / lambda.
 * @param k below lambda, so that the terms fall
 */
export function lowerSeries(lambda: number, k: number): number {
  let [sum, term] = [0, 1];
  for (let i = k; i >= 0 && term > sum * NEGLIGIBLE && k - i < MOST_TERMS; i -= 1) {
    sum += term;
    term *= i / lambda;
  }
  return sum;
}

/**
 * Sum of P(N = i) / P(N = k) for i from k upwards: each term is the one before times lambda / (i + 1).
 * @param k at least lambda - 1, so that the terms fall
 */
export function upperSeries(lambda: number, k: number): number {
  let [sum, term] = [0, 1];
  for (let i = k; term > sum * NEGLIGIBLE && i - k < MOST_TERMS; i += 1) {
    sum += term;
    term *= lambda / (i + 1);
  }
  return sum;
}

function lowerTail(lambda: number, k: number): number {
  return Math.exp(logProbability(lambda, k)) * lowerSeries(lambda, k);
}

function upperTail(lambda: number, k: number): number {
  return Math.exp(logProbability(lambda, k)) * upperSeries(lambda, k);
}

/** @throws AditError `ADIT_BAD_OPTION` */
export function checkCounts(lambda: number, k: number): void {
  if (Number.isFinite(lambda) && lambda >= 0 && Number.isSafeInteger(k) && k >= 0) return;
  throw new AditError(
    'ADIT_BAD_OPTION',
    `expected blocks must be a finite number from 0 and found ones a whole one, not ${lambda} and ${k}`,
  );
}
