/**
 * Steps between a power of two and the next. A miner never feels 1/64, and so ten thousand connections share some
 * hundred targets: their jobs can be served from lines that are written once for each target.
 */
const STEPS_PER_OCTAVE = 64;
/** No target is harder than one in 2^256. */
const HIGHEST = 2 ** 256;

/** The nearest weight on the grid, at least 1. @param weight expected hashes, any number */
export function weightOnGrid(weight: number): bigint {
  // Written so that NaN is 1 as well.
  if (!(weight > 1)) return 1n;
  const finite = Math.min(weight, HIGHEST);
  const step = Math.max(1, 2 ** Math.floor(Math.log2(finite)) / STEPS_PER_OCTAVE);
  return BigInt(Math.round(finite / step) * step);
}
