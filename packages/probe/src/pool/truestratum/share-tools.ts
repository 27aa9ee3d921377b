import { MAX_TARGET_128 } from '@adit/primitives';
import { cannotTell, Judged } from '../../report/finding.ts';
import type { PoolConnection, Reply } from '../pool-connection.ts';
import { CODE } from '../replies.ts';
import type { TrueStratumSeenJob } from './seen-jobs.ts';
import type { TrueStratumSession, Wanted } from './truestratum-session.ts';

/** The id that the reference miner gives to every submission. */
export const SUBMIT_ID = 244;
/** And to every request for seeds. */
export const SEEDS_ID = 5;

/** The document's own code for a job that is not there, and Stratum's. */
export const NO_JOB: readonly number[] = [-1, CODE.job];

export const isWrong: Wanted = ({ block, fruit }, target) => block > target && fruit > target;
export const isShareByBlock: Wanted = ({ block, fruit }, target) => block < target && fruit > target;
export const isShareByFruit: Wanted = ({ block, fruit }, target) => fruit < target && block > target;

/** Above the target by a quarter of it at the most: what a pool pays that allows for some inaccuracy. */
export const isNearMiss: Wanted = ({ block, fruit }, target) => {
  const best = block < fruit ? block : fruit;
  return best > target && best <= target + target / 4n;
};

/** @throws Judged `cannot_tell` where every nonce is a share of this job */
export function mustBeSelective({ target }: TrueStratumSeenJob): void {
  if (target < MAX_TARGET_128) return;
  throw new Judged(cannotTell("the pool's target lets every nonce pass, so none is wrong"));
}

/** A `mining.submit` line. @param nonce JSON text, so that it can be spelled in every way */
export function submitLine(worker: string, jobId: string, nonce: string, id = SUBMIT_ID): string {
  return `{"method":"mining.submit","params":[${JSON.stringify(worker)},${JSON.stringify(jobId)},${nonce}],"id":${id}}`;
}

/** Submits as the reference miner does, always under the same id. @param nonce JSON text */
export async function submitSpelled(
  session: TrueStratumSession,
  job: TrueStratumSeenJob,
  nonce: string,
): Promise<Reply | undefined> {
  const from = session.connection.received.length;
  session.connection.send(submitLine(session.worker, job.id, nonce));
  return (await repliesOf(session.connection, SUBMIT_ID, 1, from))[0];
}

/** The first answers under one id from a place on, in order; fewer where they do not come. */
export async function repliesOf(
  connection: PoolConnection,
  id: number,
  count: number,
  from: number,
): Promise<Reply[]> {
  const replies = () =>
    connection.received
      .slice(from)
      .flatMap(({ message }) => (message.kind === 'response' && message.id === String(id) ? [message] : []));
  await connection.until(() => replies().length >= count);
  return replies().slice(0, count);
}

/** The first job behind another one that is wanted. */
export async function jobAfter(
  session: TrueStratumSession,
  job: TrueStratumSeenJob,
  within: number,
  wanted: (next: TrueStratumSeenJob) => boolean = () => true,
): Promise<TrueStratumSeenJob | undefined> {
  const find = () => session.jobs().find((next) => next.place > job.place && wanted(next));
  await session.connection.until(() => find() !== undefined, within);
  return find();
}

/** Whether two jobs are the same work. */
export function sameWork(a: TrueStratumSeenJob, b: TrueStratumSeenJob): boolean {
  return a.seedHash === b.seedHash && Buffer.compare(a.headerHash, b.headerHash) === 0;
}
