import { setTimeout as pause } from 'node:timers/promises';
import { cannotTell, fail, type Judgement } from '../../report/finding.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';

/** Looks at a pool that is gone, in the time of one wait: a supervisor starts most pools again within a second or two. */
const LOOKS = 12;

/**
 * The judgement of a check in which the pool went away: nobody takes connections any more.
 * @param judgement what the check came to by itself
 */
export function ended(probe: PoolProbe, judgement: Judgement): Judgement {
  const line = probe.lastLine();
  const gone = 'and now there is no connection to the pool';
  if (line !== undefined) return fail(`${judgement.came}; ${gone}: it ended after the line ${line}`, 'gone');
  // The check has not said anything: the pool went before, and the check is not to blame.
  return judgement.outcome === 'fail'
    ? fail(`${judgement.came}; ${gone}`, 'gone')
    : cannotTell(judgement.came, 'gone');
}

/**
 * Waits until a pool that went away takes connections again.
 * @param withinMs for how long, in milliseconds
 * @returns false where it does not, or where the run was stopped
 */
export async function comesBack(
  probe: PoolProbe,
  withinMs: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const until = performance.now() + withinMs;
  for (;;) {
    if (signal?.aborted === true) return false;
    if (!(await probe.isGone())) return true;
    if (performance.now() >= until) return false;
    await pause(probe.options.limits.shutOutMs / LOOKS);
  }
}
