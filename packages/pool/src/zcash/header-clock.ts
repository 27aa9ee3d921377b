import type { ZcashWork } from '@adit/chain';
import type { ClockEvidence } from '../chains/clock-watch.ts';

/**
 * Compares the pool's clock with the times that a header may have: later than the median of the last 11 blocks, and at
 * most 90 minutes after it (Zcash protocol, section 7.6). This tells of a wrong clock also where the nodes run on the
 * same machine. The median is usually 6 minutes old, so a clock within these bounds says nothing.
 *
 * The time in a template says nothing more: a node sets it when it makes the template, which may take half a minute,
 * and moves it between the same bounds.
 * @param nowMs the pool's wall clock
 */
export function headerClock(
  work: Pick<ZcashWork, 'minTime' | 'maxTime'> | undefined,
  nowMs: number,
): readonly ClockEvidence[] {
  // A chain that fixes the time leaves no bounds.
  if (work === undefined || work.minTime === work.maxTime) return [];
  const { minTime, maxTime } = work;
  const nearestMs = Math.min(Math.max(nowMs, minTime * 1000), maxTime * 1000);
  return [{ source: 'headers', aheadMs: nearestMs - nowMs }];
}
