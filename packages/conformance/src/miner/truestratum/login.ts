import { requestLine } from '@adit/stratum';
import { printable, shown } from '@adit/wire';
import { field, trueStratumDocument } from '../../catalogue/rules.ts';
import { fail, notApplicable, pass } from '../../report/finding.ts';
import { seconds } from '../../report/words.ts';
import type { MinerCheck } from '../check.ts';
import type { MinerProbe } from '../probe/miner-probe.ts';
import { subscribeRequest } from '../probe/subscribe-request.ts';

export const trueStratumSubscribe: MinerCheck = {
  id: 'true-subscribe-request',
  title: 'mining.subscribe names the miner and the version of TrueStratum',
  group: 'conformance',
  dialects: ['truestratum'],
  rules: [trueStratumDocument(1), field('the reference miner says TrueStratum/0.1.0')],
  sent: 'nothing: the miner speaks first',
  expected: 'an id; the name of the miner; TrueStratum and a version; perhaps a session id',
  run: async (probe) => {
    const request = await subscribeRequest(probe, [2, 3]);
    const [agent, version, sessionId] = request.params;
    if (typeof version !== 'string' || !/^TrueStratum\/[0-9]/.test(version))
      return fail(`its version is ${shown(version)}`);
    if (sessionId !== undefined && sessionId !== null && typeof sessionId !== 'string')
      return fail(`its session id is ${shown(sessionId)}`);
    return pass(`${printable(String(agent), 60)}, ${printable(version, 40)}`);
  },
};

/** What the miner did with a request that only the reference miner is known to answer. */
type Answered =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'unknown' | 'left'; readonly how: string };

/** Sends a request to the miner and waits for the answer. The document has no such requests. */
async function asks(probe: MinerProbe, method: string, params: readonly unknown[]): Promise<Answered> {
  const session = await probe.session();
  const from = session.connection.received.length;
  session.connection.send(requestLine(7, method, params));
  const found = await session.connection.next(
    ({ message }) => message.kind === 'response' && message.id === '7',
    {
      within: probe.limits.answerMs,
      from,
    },
  );
  if (found?.message.kind === 'response') {
    const { result, error } = found.message;
    if (error === null || error === undefined) return { kind: 'result', result };
    return { kind: 'unknown', how: `it does not know it: ${shown(error)}` };
  }
  if (!session.open) return { kind: 'left', how: `it left: ${session.connection.closed}` };
  return { kind: 'unknown', how: `no answer in ${seconds(probe.limits.answerMs)}: it does not know it` };
}

export const getVersion: MinerCheck = {
  id: 'true-get-version',
  title: 'client.get_version is answered with the name of the miner',
  group: 'conformance',
  dialects: ['truestratum'],
  rules: [field('client.get_version in the reference miner')],
  sent: 'client.get_version with an id',
  expected: 'an answer with that id and a text; not asked of a miner that does not know it',
  run: async (probe) => {
    const came = await asks(probe, 'client.get_version', []);
    if (came.kind !== 'result') return came.kind === 'left' ? fail(came.how) : notApplicable(came.how);
    const { result } = came;
    if (typeof result !== 'string' || result === '') return fail(`the answer is ${shown(result)}`);
    return pass(printable(result, 60));
  },
};

export const showMessage: MinerCheck = {
  id: 'true-show-message',
  title: 'client.show_message with an id is answered with true',
  group: 'conformance',
  dialects: ['truestratum'],
  rules: [field('client.show_message in the reference miner')],
  sent: 'client.show_message with an id',
  expected: 'an answer with that id and true; not asked of a miner that does not know it',
  run: async (probe) => {
    const came = await asks(probe, 'client.show_message', ['the probe says hello']);
    if (came.kind !== 'result') return came.kind === 'left' ? fail(came.how) : notApplicable(came.how);
    return came.result === true ? pass('it answers true') : fail(`the answer is ${shown(came.result)}`);
  },
};
