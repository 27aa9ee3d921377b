import { randomInt } from 'node:crypto';

/** The number of a chain's first job: job ids of a restarted pool should not be those of the one before. */
export function firstSequence(): number {
  return randomInt(1, 2 ** 31);
}
