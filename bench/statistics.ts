export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly rounds: number;
}

/** @param figures at least one */
export function summarise(figures: readonly number[]): Summary {
  const sorted = figures.toSorted((a, b) => a - b);
  const at = (place: number) => sorted[place] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  const median = (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2;
  return {
    median: round(median),
    min: round(at(0)),
    max: round(at(sorted.length - 1)),
    rounds: sorted.length,
  };
}

/** Rounds to four digits: more would claim a precision that runs do not have. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}

/** Writes a number for people: with separated thousands and at most two decimals. */
export function formatNumber(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 });
}
