import { type Request, shown } from '@adit/wire';
import { fail, Judged } from '../../report/finding.ts';
import type { MinerProbe } from './miner-probe.ts';

/**
 * The miner's `mining.subscribe`: it has an id, as many parameters as the dialect gives it, and a name of the miner.
 * @throws Judged `fail` where it has not
 */
export async function subscribeRequest(
  probe: MinerProbe,
  [least, most]: readonly [least: number, most: number],
): Promise<Request> {
  const session = await probe.session();
  const request = session.request('mining.subscribe');
  if (request === undefined) throw new Judged(fail('no mining.subscribe came'));
  const [agent] = request.params;
  const { length } = request.params;
  if (request.id === 'null') throw new Judged(fail('its id is null'));
  if (length < least || length > most) {
    const wanted = least === most ? String(least) : `${least} to ${most}`;
    throw new Judged(fail(`it has ${length} parameters, not ${wanted}`));
  }
  if (typeof agent !== 'string' || agent === '') throw new Judged(fail(`its user agent is ${shown(agent)}`));
  return request;
}
