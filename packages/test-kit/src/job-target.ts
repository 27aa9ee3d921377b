import type { Notification } from './line-client.ts';

/**
 * The target that was in force when a job came, as the miner heard it: a share must meet the target of its job. The
 * newest target is the wrong one where vardiff eases or hardens it while a slow machine still searches.
 * @param targetMethod the method that tells targets in this dialect
 * @returns the parameters of that message; those of the newest one where the connection never heard of the job, as
 *   with the job of another connection; undefined where no target was told before
 */
export function targetParamsOf(
  notifications: readonly Notification[],
  targetMethod: string,
  jobId: unknown,
): readonly unknown[] | undefined {
  const at = notifications.findIndex(
    ({ method, params }) => method === 'mining.notify' && params[0] === jobId,
  );
  const heard = at === -1 ? notifications : notifications.slice(0, at);
  return heard.findLast(({ method }) => method === targetMethod)?.params;
}
