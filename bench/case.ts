import { computingTime } from './clock.ts';

/** One figure. Each round measures all cases in turn, so that other programs disturb all of them alike. */
export interface BenchCase {
  readonly name: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  /** The name of the figure of the naive implementation. */
  readonly naive?: string;
  /** Makes the data and checks the results of the code that will be timed. Throws if they are wrong. */
  readonly prepare: () => Prepared | Promise<Prepared>;
}

export interface Prepared {
  /** Runs one round. @param milliseconds about how long it should take @returns the figure of this round */
  readonly measure: (milliseconds: number) => number | Promise<number>;
  /** Ends what must not outlive the run, such as threads. */
  readonly close?: () => Promise<void>;
}

/** Reading the clock is a system call, so at least this much work is done between two readings. */
const BATCH_MS = 2;

/** @param call does some pieces of work and returns how many @returns pieces for each second of processor time */
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

/** @throws Error for a wrong result: the time of a wrong result means nothing */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the benchmark's own check failed: ${what}`);
}
