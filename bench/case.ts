/** One figure. Cases are measured in turn, round by round, so that a busy neighbour hits them all alike. */
export interface BenchCase {
  readonly name: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  /** Makes the data and proves that what will be timed gives right answers. Throws where it does not. */
  readonly prepare: () => Measure;
}

/** One round. @param milliseconds about how long it should take @returns the figure of this round */
export type Measure = (milliseconds: number) => number;

/** Calls a second, of calls that do `work` pieces each. Asks the clock between calls only. */
export function rate(call: () => number): Measure {
  return (milliseconds) => {
    let work = 0;
    const start = performance.now();
    let now = start;
    while (now - start < milliseconds) {
      work += call();
      now = performance.now();
    }
    return (work * 1000) / (now - start);
  };
}

/** A case without the right answer is not worth timing. */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the benchmark's own check failed: ${what}`);
}
