import type { StartSession } from '../../dialect.ts';
import type { PoolConnection } from '../../probe/pool-connection.ts';
import type { LoginOptions, PoolProbe } from '../../probe/pool-probe.ts';
import { readSubscription, ZcashSession } from './zcash-session.ts';

export const startZcashSession: StartSession<ZcashSession> = (reply) => {
  const subscription = readSubscription(reply);
  if (subscription === undefined) return undefined;
  return ({ connection, worker, maker, options: { equihash, limits } }) =>
    new ZcashSession(connection, worker, subscription, { maker, equihash, shareMs: limits.shareMs });
};

/**
 * Logs a worker in on a Zcash port.
 * @param opened a connection on which nothing has been said; a new one where left out
 * @throws Judged `cannot_tell` where the pool does not let it in
 */
export async function loginZcash(
  probe: PoolProbe,
  options: LoginOptions = {},
  opened?: PoolConnection,
): Promise<ZcashSession> {
  return await probe.enter(startZcashSession, options, opened);
}
