import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What the heap held after each round, and how much it grew. */
export interface Growth {
  /** Bytes after each round, and after a full collection. */
  readonly rounds: readonly number[];
  /** From the middle of the earlier rounds to the middle of the later ones, in bytes a round. */
  readonly perRound: number;
}

/** Code is compiled and caches fill in the first rounds. */
const WARM_UP = 4;
const ROUNDS = 10;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes in use after everything that can go has gone. */
export function heapBytes(): number {
  // Once for what is garbage, once more for what that garbage held.
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Does the same again and again, and looks whether the heap stays as it is. */
export async function growthOf(round: () => void | Promise<void>, rounds = ROUNDS): Promise<Growth> {
  for (let i = 0; i < WARM_UP; i += 1) await round();
  const measured: number[] = [];
  for (let i = 0; i < rounds; i += 1) {
    await round();
    measured.push(heapBytes());
  }
  return { rounds: measured, perRound: slopeOf(measured) };
}

/** The middle of the slopes between all pairs (Theil-Sen): a single reading that jumps does not matter. */
export function slopeOf(values: readonly number[]): number {
  const slopes = values.flatMap((to, i) => values.slice(0, i).map((from, j) => (to - from) / (i - j)));
  return slopes.toSorted((a, b) => a - b)[Math.floor(slopes.length / 2)] ?? 0;
}
