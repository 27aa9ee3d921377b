import type { StartSession } from '../../dialect.ts';
import type { PoolConnection } from '../../probe/pool-connection.ts';
import type { LoginOptions, PoolProbe } from '../../probe/pool-probe.ts';
import { readSubscription, TrueStratumSession } from './truestratum-session.ts';

export const startTrueStratumSession: StartSession<TrueStratumSession> = (reply) => {
  const subscription = readSubscription(reply);
  if (subscription === undefined) return undefined;
  return ({ connection, worker, options: { limits } }) =>
    new TrueStratumSession(connection, worker, subscription, { shareMs: limits.shareMs });
};

/**
 * Logs a worker in on a TrueStratum port.
 * @param opened a connection on which nothing has been said; a new one where left out
 * @throws Judged `cannot_tell` where the pool does not let it in
 */
export async function loginTrueStratum(
  probe: PoolProbe,
  options: LoginOptions = {},
  opened?: PoolConnection,
): Promise<TrueStratumSession> {
  return await probe.enter(startTrueStratumSession, options, opened);
}
