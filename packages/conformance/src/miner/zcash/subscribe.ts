import { beginsWithHost, portOf, printable, shown } from '@adit/wire';
import { field, zcashDocument, zip301 } from '../../catalogue/rules.ts';
import { fail, pass } from '../../report/finding.ts';
import type { MinerCheck } from '../check.ts';
import { subscribeRequest } from '../probe/subscribe-request.ts';

export const zcashSubscribe: MinerCheck = {
  id: 'zcash-subscribe-request',
  title: 'mining.subscribe has user agent, session id, host and port',
  group: 'conformance',
  dialects: ['zcash'],
  rules: [zip301('mining.subscribe()'), zcashDocument(1), field('a port as a string')],
  sent: 'nothing: the miner speaks first',
  expected:
    'an id; a user agent; null or a session id, a text or an integer; the host; the port as a number or a string',
  run: async (probe) => {
    const request = await subscribeRequest(probe, [4, 4]);
    const [agent, sessionId, host, port] = request.params;
    if (beginsWithHost(request.params)) return fail('it begins with the host and the port');
    if (sessionId !== null && typeof sessionId !== 'string' && !Number.isSafeInteger(sessionId))
      return fail(`its session id is ${shown(sessionId)}`);
    if (typeof host !== 'string' || host === '') return fail(`its host is ${shown(host)}`);
    const named = portOf(port);
    if (named === undefined) return fail(`its port is ${shown(port)}, not one from 1 to 65535`);
    // Host and port are those of the miner's URL. Where it comes through a forwarder, they are the forwarder's.
    const elsewhere = named === probe.port ? '' : `; its port is ${named}, and ours ${probe.port}`;
    const note = `${typeof port === 'string' ? '; the port is a string' : ''}${elsewhere}`;
    return pass(
      `${printable(String(agent), 60)}, session ${shown(sessionId)}, ${printable(host, 60)}${note}`,
    );
  },
};
