import { concatBytes } from '@adit/primitives';
import { TIME_OFFSET, type ZcashSeenJob } from './seen-jobs.ts';

/** Hashes that difficulty 1 may stand for: one, or as many as the easiest target of the main chain takes. */
export const SCALES: readonly number[] = [1, 2 ** 13];

/** The header without its nonce and its time, which a miner may choose within bounds. */
export function workOf({ headerStart }: ZcashSeenJob): Uint8Array {
  return concatBytes(headerStart.subarray(0, TIME_OFFSET), headerStart.subarray(TIME_OFFSET + 4));
}

/** The average number of hashes for a share. */
export function hashesOf(target: bigint): number {
  return 2 ** 256 / Number(target + 1n);
}
