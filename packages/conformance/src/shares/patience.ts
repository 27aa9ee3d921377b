import { seconds } from '../report/words.ts';

/** A search goes on only where it would end in time with this many times the average luck. */
export const LUCK_FACTOR = 4;

/** The limit of a search as a sentence has it. @param withinMs milliseconds */
export function limitOf(withinMs: number): string {
  return `${seconds(withinMs)} (--share-seconds)`;
}
