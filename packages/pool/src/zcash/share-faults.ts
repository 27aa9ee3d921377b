import type { EquihashParams } from '@adit/pow';
import type { Lane, VerifierPool } from '@adit/pow/threads';
import { weightOfTarget } from '@adit/primitives';
import type { Verdict } from '@adit/stratum';
import type { Job } from '../shares/job-book.ts';
import type { TimedWork } from './jobs.ts';

/** Most seconds that a miner's header time may be ahead of the pool's clock. */
const TIME_AHEAD_SECONDS = 60;

/** A share whose hash is known, on its way to the verifier. */
export interface Solved {
  readonly value: bigint;
  readonly target: bigint;
  readonly header: Uint8Array;
  readonly solution: Uint8Array;
  readonly isBlock: boolean;
}

/** Both in milliseconds: `wall` since 1970, and `elapsed` of the clock that only grows, which jobs are timed by. */
export interface Clocks {
  readonly wall: number;
  readonly elapsed: number;
}

/**
 * Checks a header time. ZIP 301 lets a miner advance the time of its job with its own clock. The pool's wall clock may
 * be wrong or set back, so the age of the job also allows a later time.
 * @param shareTime seconds since 1970
 * @returns what the time must be; undefined where it is right
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

/** The answer to a share of a former tip after its grace. */
export const STALE: Verdict = { accepted: false, reason: 'stale_job', detail: 'the chain has moved on' };

/** What is wrong with the hash or the proof of a share; undefined where it holds. @throws errors of the verifier */
export async function proofFaultOf(
  { value, target, header, solution }: Solved,
  {
    verifier,
    params,
    lane,
  }: { readonly verifier: VerifierPool; readonly params: EquihashParams; readonly lane: Lane },
): Promise<Verdict | undefined> {
  if (value > target) {
    const detail = 'the hash is above the target of its job';
    return { accepted: false, reason: 'low_difficulty', detail, achieved: weightOfTarget(value) };
  }
  const verdict = await verifier.verifyEquihash(params, header, solution, lane);
  if (verdict === 'valid') return undefined;
  return { accepted: false, reason: 'invalid_solution', detail: SOLUTION_FAULTS[verdict] };
}

const SOLUTION_FAULTS = {
  wrong_length: 'it has the wrong length',
  index_order: 'its indices are not in canonical order',
  duplicate_index: 'an index appears twice',
  collision: 'the hashes of two branches do not collide',
  nonzero_root: 'the hashes do not cancel out',
} as const;
