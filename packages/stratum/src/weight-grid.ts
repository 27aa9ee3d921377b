/**
 * Steps between a power of two and the next. A miner never feels 1/64, and so ten thousand connections share some
 * hundred targets: their jobs can be served from lines that are written once for each target.
 */
const STEPS_PER_OCTAVE = 64;

/** The nearest weight on the grid, at least 1. @param weight expected hashes, any number */
export function weightOnGrid(weight: number): bigint {
  // Written so that NaN is 1 as well.
  if (!(weight > 1)) return 1n;
  const octave = 2 ** Math.floor(Math.log2(Math.min(weight, Number.MAX_SAFE_INTEGER ** 4)));
  const step = Math.max(1, octave / STEPS_PER_OCTAVE);
  return BigInt(Math.round(weight / step) * step);
}
