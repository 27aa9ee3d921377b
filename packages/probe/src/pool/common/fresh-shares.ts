import { cannotTell, Judged, type Judgement } from '../../report/finding.ts';
import type { Reply } from '../peer.ts';
import type { PoolProbe } from '../pool-probe.ts';
import { CODE, codeOf, isRefused, judgeRefusal, told } from '../replies.ts';
import type { Seat, SeenJob, Submission } from '../seat.ts';

/** The code of an unknown job: the TrueStratum document's example has -1. */
export function jobCodes(probe: PoolProbe): readonly number[] {
  return probe.options.dialect === 'zcash' ? [CODE.job] : [-1, CODE.job];
}

/** A share that takes too long is done without. */
export function orNothing(error: unknown): undefined {
  if (!(error instanceof Judged)) throw error;
}

/** A share, or where none is to be had in time what looks like one. */
export async function shareOrNot(seat: Seat, job?: SeenJob): Promise<Submission> {
  return (await seat.good(job).catch(orNothing)) ?? (await seat.wrong(job));
}

/**
 * Submits, where it must be refused for who submits, a share: a pool must not take even that. Where none is to be had in
 * time, something like it: then a refusal for another reason proves nothing.
 * @param seat whose share it is
 */
export async function judgeOutsider(
  seat: Seat,
  codes: readonly number[],
  submit: (share: Submission) => Promise<Reply | undefined>,
): Promise<Judgement> {
  const job = await seat.job();
  const right = await seat.good(job).catch(orNothing);
  const reply = await submit(right ?? (await seat.wrong(job)));
  const other = isRefused(reply) && !codes.includes(codeOf(reply) ?? Number.NaN);
  if (other && (right === undefined || (await seat.isStale(job, reply)))) {
    return cannotTell(
      `${right === undefined ? 'no right share' : 'a new block came in between'}: ${told(reply)}`,
    );
  }
  return judgeRefusal(reply, codes, right === undefined ? 'a wrong share' : 'a right share');
}
