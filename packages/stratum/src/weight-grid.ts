import { AditError } from '@adit/primitives';

/**
 * Steps between one power of two and the next. A change of 1/64 makes no difference to a miner, and with this grid ten
 * thousand connections share some hundred targets: the pool writes the lines of a job once for each target.
 */
const STEPS_PER_OCTAVE = 64;
/** The hardest target is met by one hash in 2^256. */
const HIGHEST = 2 ** 256;

/** The nearest weight on the grid, at least 1. @param weight expected hashes, any number @throws AditError `ADIT_BAD_OPTION` */
export function weightOnGrid(weight: number): bigint {
  if (typeof weight !== 'number')
    throw new AditError('ADIT_BAD_OPTION', `a weight must be a number, not ${typeof weight}`);
  // `!(weight > 1)` is also true for NaN.
  if (!(weight > 1)) return 1n;
  const finite = Math.min(weight, HIGHEST);
  const step = Math.max(1, 2 ** Math.floor(Math.log2(finite)) / STEPS_PER_OCTAVE);
  return BigInt(Math.round(finite / step) * step);
}
