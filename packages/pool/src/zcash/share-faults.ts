import type { Verdict } from '@adit/stratum';
import type { Job } from '../shares/job-book.ts';
import type { TimedWork } from './jobs.ts';

/** How far ahead of our clock a miner's header time may be, in seconds. */
const TIME_AHEAD_SECONDS = 60;

/** A share whose hash is known, on its way to the verifier. */
export interface Solved {
  readonly value: bigint;
  readonly target: bigint;
  readonly header: Uint8Array;
  readonly solution: Uint8Array;
  readonly isBlock: boolean;
}

/** Milliseconds: `wall` since 1970, `elapsed` of the clock that only grows by which jobs are made. */
export interface Clocks {
  readonly wall: number;
  readonly elapsed: number;
}

/**
 * Whether a header time is one that the job allows. ZIP 301 lets a miner roll the time of its job with its own clock;
 * ours may be wrong, or be set back, so the age of the job counts beside it.
 * @param shareTime seconds since 1970
 * @returns what it must be; undefined where it is right
 */
export function timeFaultOf(job: Job<TimedWork>, shareTime: number, clocks: Clocks): string | undefined {
  const { work, time } = job.work;
  if (work.chain.pinTime) return shareTime === time ? undefined : 'this chain wants the time of the job';
  const rolled = time + (clocks.elapsed - job.since) / 1000;
  const ahead = Math.floor(Math.max(clocks.wall / 1000, rolled)) + TIME_AHEAD_SECONDS;
  const latest = Math.max(time, Math.min(work.maxTime, ahead));
  if (shareTime < work.minTime) return `it must be at least ${work.minTime}`;
  return shareTime > latest ? `it must be at most ${latest}` : undefined;
}

/** The answer to a share of a former tip: worth nothing as a share, but the chain may still take it as a block. */
export const STALE: Verdict = { accepted: false, reason: 'stale_job', detail: 'the chain has moved on' };

export const SOLUTION_FAULTS = {
  wrong_length: 'it has the wrong length',
  index_order: 'its indices are not in canonical order',
  duplicate_index: 'an index appears twice',
  collision: 'the hashes of two branches do not collide',
  nonzero_root: 'the hashes do not cancel out',
} as const;
