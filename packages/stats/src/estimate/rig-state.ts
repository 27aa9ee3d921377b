import { FEWEST_SHARES } from './rate.ts';

/** How a rig is. `new`: too few shares to tell. `quiet`: silent for longer than chance explains. */
export type RigState = 'new' | 'online' | 'quiet' | 'offline';

/** What is known of a rig. */
export interface RigFacts {
  /** Accepted shares in the last 24 h. */
  readonly shares: number;
  /** Time since its last accepted share; undefined before the first. */
  readonly silentMs: number | undefined;
  /** Expected time between two of its shares; undefined if it is not known. */
  readonly gapMs: number | undefined;
  /** Time since its last connection was closed; undefined while one is open, and where nobody knows. */
  readonly closedMs?: number | undefined;
}

/** A rig that is silent for 7 gaps is well in one of 1,100 cases, for 14 gaps in one of 1,200,000. */
const QUIET_GAPS = 7;
const OFFLINE_GAPS = 14;
/** Rigs with short gaps: a miner that connects again, or a pool that restarts, takes this long. */
const LEAST_QUIET_MS = 60_000;
const LEAST_OFFLINE_MS = 300_000;
/** A rig without a connection comes back within this time, or is off. */
const CLOSED_MS = 300_000;

/** Tells the state of a rig from its silence alone: a connection that stays open proves nothing. */
export function rigStateOf({ shares, silentMs, gapMs, closedMs }: RigFacts): RigState {
  const gap = gapMs ?? 0;
  if (closedMs !== undefined && closedMs >= CLOSED_MS) return 'offline';
  if (silentMs === undefined) return 'new';
  if (silentMs >= Math.max(LEAST_OFFLINE_MS, OFFLINE_GAPS * gap)) return 'offline';
  if (silentMs >= Math.max(LEAST_QUIET_MS, QUIET_GAPS * gap)) return 'quiet';
  return shares < FEWEST_SHARES ? 'new' : 'online';
}
