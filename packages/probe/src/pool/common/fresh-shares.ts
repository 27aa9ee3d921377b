import { cannotTell, Judged, type Judgement } from '../../report/finding.ts';
import type { Reply } from '../peer.ts';
import type { PoolProbe } from '../pool-probe.ts';
import { CODE, codeOf, isRefused, judgeRefusal, told } from '../replies.ts';
import type { Seat, SeenJob, Submission } from '../seat.ts';

/** The code of an unknown job: the TrueStratum document's example has -1. */
export function jobCodes(probe: PoolProbe): readonly number[] {
  return probe.options.dialect === 'zcash' ? [CODE.job] : [-1, CODE.job];
}

/** Whether the pool refused for the job, and a new block was the reason: then nothing can be held against it. */
export async function isStale(
  probe: PoolProbe,
  seat: Seat,
  job: SeenJob,
  reply: Reply | undefined,
): Promise<boolean> {
  if (!isRefused(reply) || !jobCodes(probe).includes(codeOf(reply) ?? Number.NaN)) return false;
  // The answer may overtake the job.
  return await seat.peer.until(
    () => seat.jobs().some(({ clean, place }) => clean && place > job.place),
    probe.options.limits.quietMs,
  );
}

/** Blocks that may come in the way of one share. */
const TRIES = 3;

/**
 * Submits a share, and another where a new block has made it stale on the way.
 * @param change what goes out in its place
 */
export async function submitFresh(
  probe: PoolProbe,
  seat: Seat,
  change: (share: Submission) => Submission = (share) => share,
): Promise<Reply | undefined> {
  for (let tries = 1; ; tries += 1) {
    const job = await seat.job();
    const reply = await seat.submit(change(await seat.good(job)));
    if (tries === TRIES || !(await isStale(probe, seat, job, reply))) return reply;
  }
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
  probe: PoolProbe,
  seat: Seat,
  codes: readonly number[],
  submit: (share: Submission) => Promise<Reply | undefined>,
): Promise<Judgement> {
  const job = await seat.job();
  const right = await seat.good(job).catch(orNothing);
  const reply = await submit(right ?? (await seat.wrong(job)));
  const other = isRefused(reply) && !codes.includes(codeOf(reply) ?? Number.NaN);
  if (other && (right === undefined || (await isStale(probe, seat, job, reply)))) {
    return cannotTell(
      `${right === undefined ? 'no right share' : 'a new block came in between'}: ${told(reply)}`,
    );
  }
  return judgeRefusal(reply, codes, right === undefined ? 'a wrong share' : 'a right share');
}
