/**
 * Steps between one power of two and the next. A change of 1/64 makes no difference to a miner, and with this grid ten
 * thousand connections share some hundred targets: the pool writes the lines of a job once for each target.
 */
const STEPS_PER_OCTAVE = 64;
/** The hardest target is met by one hash in 2^256. */
const HIGHEST = 2 ** 256;

/** The nearest weight on the grid, at least 1. @param weight expected hashes, any number */
export function weightOnGrid(weight: number): bigint {
  // `!(weight > 1)` is also true for NaN.
  if (!(weight > 1)) return 1n;
  const finite = Math.min(weight, HIGHEST);
  const step = Math.max(1, 2 ** Math.floor(Math.log2(finite)) / STEPS_PER_OCTAVE);
  return BigInt(Math.round(finite / step) * step);
}
