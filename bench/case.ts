import { computingTime } from './clock.ts';

/** One figure. Cases are measured in turn, round by round, so that a busy neighbour hits them all alike. */
export interface BenchCase {
  readonly name: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  /** Name of the figure of the naive way to do the same. */
  readonly naive?: string;
  /** Makes the data and proves that what will be timed gives right answers. Throws where it does not. */
  readonly prepare: () => Prepared | Promise<Prepared>;
}

export interface Prepared {
  /** One round. @param milliseconds about how long it should take @returns the figure of this round */
  readonly measure: (milliseconds: number) => number | Promise<number>;
  /** Where something has to end with the run: threads. */
  readonly close?: () => Promise<void>;
}

/** Asking the clock is a system call: between two times that it is asked, at least this much is done. */
const BATCH_MS = 2;

/** Pieces of work a second of computing. @param call does some and says how many */
export function rate(call: () => number): Prepared {
  let batch = 1;
  const measure = (milliseconds: number) => {
    let work = 0;
    const start = computingTime();
    let now = start;
    while (now - start < milliseconds) {
      const before = now;
      for (let i = 0; i < batch; i += 1) work += call();
      now = computingTime();
      if (now - before < BATCH_MS) batch *= 2;
    }
    return (work * 1000) / (now - start);
  };
  return { measure };
}

/** A case without the right answer is not worth timing. */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the benchmark's own check failed: ${what}`);
}
