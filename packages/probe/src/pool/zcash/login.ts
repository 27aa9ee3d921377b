import type { Peer } from '../peer.ts';
import type { LoginOptions, PoolProbe } from '../pool-probe.ts';
import { readSubscription, ZcashSeat } from './zcash-seat.ts';

/**
 * Logs a worker in on a Zcash port.
 * @param opened a connection on which nothing has been said; a new one where left out
 * @throws Judged `cannot_tell` where the pool does not let it in
 */
export async function loginZcash(
  probe: PoolProbe,
  options: LoginOptions = {},
  opened?: Peer,
): Promise<ZcashSeat> {
  const { peer, worker, subscription } = await probe.enter(readSubscription, options, opened);
  const { equihash, limits } = probe.options;
  const { maker } = probe;
  return new ZcashSeat(peer, worker, subscription, { maker, equihash, shareMs: limits.shareMs });
}
