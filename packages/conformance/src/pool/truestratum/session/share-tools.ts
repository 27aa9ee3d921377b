import type { Reply } from '@adit/wire';
import type { PoolConnection } from '../../probe/pool-connection.ts';
import type { TrueStratumSeenJob } from './seen-jobs.ts';
import type { TrueStratumSession } from './truestratum-session.ts';

/** The reference miner gives this id to every submission. */
export const SUBMIT_ID = 244;
/** The reference miner gives this id to every request for seeds. */
export const SEEDS_ID = 5;

/** A `mining.submit` line. @param nonce JSON text, so that it can have any form */
export function submitLine(worker: string, jobId: string, nonce: string, id = SUBMIT_ID): string {
  return `{"method":"mining.submit","params":[${JSON.stringify(worker)},${JSON.stringify(jobId)},${nonce}],"id":${id}}`;
}

/** Submits as the reference miner does, under the same id each time. @param nonce JSON text */
export async function submitSpelled(
  session: TrueStratumSession,
  job: TrueStratumSeenJob,
  nonce: string,
): Promise<Reply | undefined> {
  const from = session.connection.received.length;
  session.connection.send(submitLine(session.worker, job.id, nonce));
  return (await repliesOf(session.connection, SUBMIT_ID, 1, from))[0];
}

/** Waits for the first answers under one id from a place on, in order. @returns fewer where they do not come in time */
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

/** Waits for the first wanted job after another one. */
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
