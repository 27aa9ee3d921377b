import { concatBytes } from '@adit/primitives';
import type { ZcashSeenJob } from './seen-jobs.ts';

/** Hashes that difficulty 1 stands for: one, and what the easiest target of the main chain takes. */
export const SCALES: readonly number[] = [1, 2 ** 13];

/** Where the time stands in a header. */
const TIME = 100;

/** Everything of a header but its time, which is the miner's within bounds, and the nonce. */
export function workOf({ headerStart }: ZcashSeenJob): Uint8Array {
  return concatBytes(headerStart.subarray(0, TIME), headerStart.subarray(TIME + 4));
}

/** That a share takes on average. */
export function hashesOf(target: bigint): number {
  return 2 ** 256 / Number(target + 1n);
}
