/** What a chart says in words. Figures are rates a second; undefined where the chart is empty. */
export interface Summary {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Times in which the pool did not run. */
  readonly gaps: number;
}

/** Sums a chart up. A last step that is not over counts only where it is all there is. @param values null where the pool did not run */
export function summaryOf(values: readonly (number | null)[], partialLast: boolean): Summary | undefined {
  const over = partialLast ? values.slice(0, -1) : values;
  // In its first minutes a pool has no other step.
  const whole = over.some((value) => value !== null) ? over : values;
  const known = whole.filter((value) => value !== null);
  if (known.length === 0) return undefined;
  const gaps = whole.filter(
    (value, index) => value === null && index > 0 && whole[index - 1] !== null,
  ).length;
  return {
    mean: known.reduce((sum, value) => sum + value, 0) / known.length,
    low: known.reduce((a, b) => Math.min(a, b)),
    high: known.reduce((a, b) => Math.max(a, b)),
    gaps,
  };
}
