import { bitsFromTarget, targetFromBits } from '@adit/primitives';
import { type BlockEntry, lastBlocks } from './block-tree.ts';

export interface DifficultyRule {
  /** Of the first blocks. */
  initialTarget: bigint;
  powLimit: bigint;
  /** Time between blocks that is aimed at, for a block of this height. */
  blockSecondsAt: (height: number) => number;
}

/** Long enough that luck evens out, short enough that a few minutes follow a change of hash power. */
const WINDOW = 10;
/** How many blocks back mined ones are looked for among those that the devnet made itself. */
const REACH = 200;

/**
 * The bits that the block after `parent` must have: the mean target of the last mined blocks times the time
 * they took over the time they should have taken. Blocks that the devnet made itself took no work and are
 * left out. A window that is not full yet is filled up with blocks on time. Where the time between blocks
 * changes, targets of before count as easier (or harder) by as much.
 */
export function expectedBits(parent: BlockEntry, rule: DifficultyRule): number {
  const mined = lastBlocks(parent, REACH)
    .filter((entry) => !entry.internal && entry.parent !== undefined)
    .slice(0, WINDOW);
  const seconds = rule.blockSecondsAt(parent.height + 1);
  const targets = mined.map(
    (entry) =>
      (targetFromBits(entry.block.header.bits) * BigInt(rule.blockSecondsAt(entry.height))) / BigInt(seconds),
  );
  const mean =
    targets.length === 0
      ? rule.initialTarget
      : targets.reduce((sum, target) => sum + target, 0n) / BigInt(targets.length);
  const missing = (WINDOW - mined.length) * seconds;
  const took = mined.reduce((sum, entry) => sum + solveSeconds(entry, rule), missing);
  const wanted = mined.reduce((sum, entry) => sum + rule.blockSecondsAt(entry.height), missing);
  const next = (mean * BigInt(took)) / BigInt(wanted);
  const limited = next > rule.powLimit ? rule.powLimit : next;
  return bitsFromTarget(limited < 1n ? 1n : limited);
}

/** At least a second (times are forced apart), and a pause of the whole devnet counts as six blocks at most. */
function solveSeconds(entry: BlockEntry, rule: DifficultyRule): number {
  const seconds = entry.block.header.time - (entry.parent?.block.header.time ?? 0);
  return Math.min(Math.max(seconds, 1), 6 * rule.blockSecondsAt(entry.height));
}

/** Median of the times of a block and its ten predecessors: the next block must be later. */
export function medianTime(entry: BlockEntry): number {
  const times = lastBlocks(entry, 11)
    .map((item) => item.block.header.time)
    .sort((a, b) => a - b);
  return times[times.length >> 1] ?? 0;
}

/** Least and greatest time of the block after `parent`: later than the median, at most 90 minutes so. */
export function timeBounds(parent: BlockEntry): { least: number; greatest: number } {
  const median = medianTime(parent);
  return { least: median + 1, greatest: median + 90 * 60 };
}
