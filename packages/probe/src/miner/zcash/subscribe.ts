import { printable, shown } from '../../printable.ts';
import { fail, pass } from '../../report/finding.ts';
import { field, zcashDocument, zip301 } from '../../rules.ts';
import { type MinerCheck, ZCASH } from '../check.ts';

export const zcashSubscribe: MinerCheck = {
  id: 'zcash-subscribe-request',
  title: 'mining.subscribe has user agent, session id, host and port',
  group: 'conformance',
  dialects: ZCASH,
  rules: [zip301('mining.subscribe()'), zcashDocument(1), field('a port as a string')],
  sent: 'nothing: the miner speaks first',
  expected: 'an id; a user agent; null or a session id; the host; the port as a number, or as a string',
  run: async (stage) => {
    const seat = await stage.seat();
    const request = seat.requests.find(({ method }) => method === 'mining.subscribe');
    if (request === undefined) return fail('no mining.subscribe came');
    const [agent, session, host, port] = request.params;
    if (request.id === 'null') return fail('its id is null');
    if (request.params.length !== 4) return fail(`it has ${request.params.length} parameters, not 4`);
    if (typeof agent !== 'string' || agent === '') return fail(`its user agent is ${shown(agent)}`);
    if (session !== null && typeof session !== 'string') return fail(`its session id is ${shown(session)}`);
    if (typeof host !== 'string' || host === '') return fail(`its host is ${shown(host)}`);
    if (Number(port) !== stage.port || !['number', 'string'].includes(typeof port))
      return fail(`its port is ${shown(port)}, not ${stage.port}`);
    const note = typeof port === 'string' ? '; the port is a string' : '';
    return pass(`${printable(agent, 60)}, session ${shown(session)}, ${printable(host, 60)}${note}`);
  },
};
