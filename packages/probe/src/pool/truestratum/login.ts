import type { Peer } from '../peer.ts';
import type { LoginOptions, PoolProbe } from '../pool-probe.ts';
import { subscribeTrue, TrueSeat } from './true-seat.ts';

/**
 * Logs a worker in on a TrueStratum port.
 * @param opened a connection on which nothing has been said; a new one where left out
 * @throws Judged `cannot_tell` where the pool does not let it in
 */
export async function loginTrueStratum(
  probe: PoolProbe,
  options: LoginOptions = {},
  opened?: Peer,
): Promise<TrueSeat> {
  const { peer, worker, subscription } = await probe.enter(subscribeTrue, options, opened);
  return new TrueSeat(peer, worker, subscription, { shareMs: probe.options.limits.shareMs });
}
