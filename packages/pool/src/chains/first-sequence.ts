import { randomInt } from 'node:crypto';

/** A random number for a chain's first job, so that a restarted pool does not use its former job ids again. */
export function firstSequence(): number {
  return randomInt(1, 2 ** 31);
}
