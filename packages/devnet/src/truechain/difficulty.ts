export interface DifficultyOptions {
  /** Hashes a second of all that mines here. */
  readonly expectedHashrate: number;
  /** Aimed at, from one snail block to the next. */
  readonly snailBlockSeconds: number;
  /** Fixed instead of adjusted. */
  readonly difficulty?: bigint | undefined;
  readonly fruitDifficulty?: bigint | undefined;
}

/** The lowest difficulty whose target fits the 16 bytes of the wire. */
const LEAST = 2n;
/** A fresh fruit takes a fifth of a block's hashes. */
const FRUITS_PER_BLOCK = 5n;
/** Intervals looked at. */
const WINDOW = 6;

/** The first block after the past: half its time goes by in waiting for fruits, half in hashing. */
export function initialDifficulty(options: DifficultyOptions): bigint {
  if (options.difficulty !== undefined) return atLeast(options.difficulty);
  return atLeast(BigInt(Math.round((options.expectedHashrate * options.snailBlockSeconds) / 2)));
}

/**
 * The next block's difficulty from the one before and the latest intervals between blocks.
 * @param intervals seconds, oldest first, of blocks that were really mined
 */
export function nextDifficulty(
  previous: bigint,
  intervals: readonly number[],
  options: DifficultyOptions,
): bigint {
  if (options.difficulty !== undefined) return atLeast(options.difficulty);
  const window = intervals.slice(-WINDOW);
  if (window.length === 0) return previous;
  const spent = BigInt(Math.max(1, Math.round(window.reduce((sum, item) => sum + Math.max(0, item), 0))));
  const aim = BigInt(Math.max(1, Math.round(options.snailBlockSeconds * window.length)));
  const wanted = (previous * aim) / spent;
  // At most a quarter down and a third up, so that one lucky block does not stop the demo.
  return atLeast(clamp(wanted, (previous * 3n) / 4n, (previous * 4n) / 3n));
}

/**
 * A fast block that has waited is easier to cover, by the real chain's rule: so fruits keep up with fast blocks.
 * @param waited seconds since the fast block
 */
export function fruitDifficultyFor(difficulty: bigint, waited: number, options: DifficultyOptions): bigint {
  if (options.fruitDifficulty !== undefined) return atLeast(options.fruitDifficulty);
  const fresh = difficulty / FRUITS_PER_BLOCK;
  return atLeast(waited > 20 ? fresh / 2n + 1n : waited > 10 ? (fresh * 2n) / 3n : fresh);
}

function atLeast(value: bigint): bigint {
  return value < LEAST ? LEAST : value;
}

function clamp(value: bigint, least: bigint, most: bigint): bigint {
  return value < least ? least : value > most ? most : value;
}
