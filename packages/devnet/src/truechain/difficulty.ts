export interface DifficultyOptions {
  /** Hashes a second of all miners on this devnet. */
  readonly expectedHashrate: number;
  /** Wanted time from one snail block to the next. */
  readonly snailBlockSeconds: number;
  /** A fixed difficulty, which is never adjusted. */
  readonly difficulty?: bigint | undefined;
  readonly fruitDifficulty?: bigint | undefined;
}

/** The lowest difficulty whose target fits the 16 bytes of the wire. */
const LEAST = 2n;
/** A new fruit takes a fifth of a block's hashes. */
const FRUITS_PER_BLOCK = 5n;
/** Number of intervals that the rule averages. */
const WINDOW = 6;

/** Difficulty of the first mined block: half of its time passes in waiting for fruits, half in hashing. */
export function initialDifficulty(options: DifficultyOptions): bigint {
  if (options.difficulty !== undefined) return atLeast(options.difficulty);
  return atLeast(BigInt(Math.round((options.expectedHashrate * options.snailBlockSeconds) / 2)));
}

/**
 * The next block's difficulty, from the one before and the latest intervals between blocks.
 * @param intervals seconds, oldest first, of mined blocks
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
  // Moves by at most a quarter down and a third up, so that one lucky block does not stop the demo.
  return atLeast(clamp(wanted, (previous * 3n) / 4n, (previous * 4n) / 3n));
}

/**
 * The fruit difficulty for a fast block. By the real chain's rule it falls while the fast block waits, so that fruits
 * keep up with fast blocks.
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
