import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The size of the heap after each round, and its growth. */
export interface Growth {
  /** Bytes after each round and a full garbage collection. */
  readonly rounds: readonly number[];
  /** Growth in bytes for each round: the median slope. */
  readonly perRound: number;
}

/** Rounds that do not count: code is compiled and caches fill. */
const WARM_UP = 4;
const ROUNDS = 10;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** @returns the bytes in use after garbage collection */
export function heapBytes(): number {
  // The second collection frees what the garbage of the first one held.
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Repeats the same work, and measures whether the heap grows. */
export async function growthOf(round: () => void | Promise<void>, rounds = ROUNDS): Promise<Growth> {
  for (let i = 0; i < WARM_UP; i += 1) await round();
  const measured: number[] = [];
  for (let i = 0; i < rounds; i += 1) {
    await round();
    measured.push(heapBytes());
  }
  return { rounds: measured, perRound: slopeOf(measured) };
}

/** @returns the median of the slopes between all pairs (Theil-Sen), which a single outlier does not change */
export function slopeOf(values: readonly number[]): number {
  const slopes = values.flatMap((to, i) => values.slice(0, i).map((from, j) => (to - from) / (i - j)));
  return slopes.toSorted((a, b) => a - b)[Math.floor(slopes.length / 2)] ?? 0;
}
