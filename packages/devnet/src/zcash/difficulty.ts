import { bitsFromTarget, targetFromBits } from '@adit/primitives';
import { type BlockEntry, lastBlocks } from './block-tree.ts';

export interface DifficultyRule {
  /** Target of the first blocks. */
  initialTarget: bigint;
  powLimit: bigint;
  /** Wanted time between blocks, for a block of this height. */
  blockSecondsAt: (height: number) => number;
}

/** Long enough to average out luck, short enough to follow a change of hash power within minutes. */
const WINDOW = 10;
/** How far back the rule looks for mined blocks, among those that the devnet made itself. */
const REACH = 200;

/**
 * The bits that the block after `parent` must have: the mean target of the last mined blocks, times the time that they
 * took, divided by the time that they should have taken. Blocks that the devnet made itself are left out, because they
 * took no work. Missing blocks of the window count as blocks on time. Where the wanted time changes, earlier targets
 * are scaled accordingly.
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

/**
 * At least one second, since times are forced apart. At most six blocks, so that a pause of the whole devnet counts
 * little.
 */
function solveSeconds(entry: BlockEntry, rule: DifficultyRule): number {
  const seconds = entry.block.header.time - (entry.parent?.block.header.time ?? 0);
  return Math.min(Math.max(seconds, 1), 6 * rule.blockSecondsAt(entry.height));
}

/** Median of the times of a block and its ten predecessors. The time of the next block must be later. */
function medianTime(entry: BlockEntry): number {
  const times = lastBlocks(entry, 11)
    .map((item) => item.block.header.time)
    .sort((a, b) => a - b);
  return times[times.length >> 1] ?? 0;
}

/** Least and greatest time of the block after `parent`: later than the median, by at most 90 minutes. */
export function timeBounds(parent: BlockEntry): { least: number; greatest: number } {
  const median = medianTime(parent);
  return { least: median + 1, greatest: median + 90 * 60 };
}
