import { tryDecodeHex } from '@adit/primitives';
import { shown } from '@adit/wire';
import { field, trueStratumDocument } from '../../catalogue/rules.ts';
import { fail, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import { authorizeReply, subscribeSpellings, targetBeforeJob } from '../tools/handshake.ts';

/** Checks of subscription, authorisation, and the messages that follow them. */
export const TRUESTRATUM_HANDSHAKE: readonly PoolCheck[] = [
  {
    id: 'true-subscribe-first-line',
    title: 'nothing comes before the answer to mining.subscribe',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(1), field('they take the first line of a connection for this answer')],
    sent: 'mining.subscribe on a new connection',
    expected: 'the first line is the answer with its id',
    run: async (probe) => {
      const connection = await probe.open();
      const id = connection.ask('mining.subscribe', probe.subscribeParams());
      const first = await connection.next(() => true);
      if (first === undefined) return fail(`no line${connection.ending}`);
      const { message, text } = first;
      const right = message.kind === 'response' && message.id === id;
      return right ? pass('the answer came first') : fail(`the first line is ${shown(text)}`);
    },
  },
  {
    id: 'true-subscribe-reply',
    title: 'mining.subscribe is answered with a session, an extranonce and a size',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(1), field('they refuse another shape, and a size of 0')],
    sent: 'mining.subscribe with user agent and TrueStratum/1.0.0',
    expected:
      'result [["mining.notify", session id, version], extranonce of 0 to 3 bytes in hex, size above 0]; error null',
    run: async (probe) => {
      const connection = await probe.open();
      const reply = await connection.request('mining.subscribe', probe.subscribeParams());
      if (reply === undefined) return fail(`no answer${connection.ending}`);
      const { result, error } = reply;
      if (error !== null) return fail(`error ${shown(error)} instead of null`);
      const wrong = faultOfSubscription(result);
      return wrong === undefined ? pass(`result ${shown(result)}`) : fail(wrong);
    },
  },
  subscribeSpellings(
    {
      id: 'true-subscribe-params',
      title: 'mining.subscribe is understood with zero to three parameters, in both versions',
      dialects: ['truestratum'],
      rules: [
        trueStratumDocument(1),
        field('they say TrueStratum/0.1.0, and a session id only after a connection broke'),
      ],
      sent: 'mining.subscribe with no parameters, one, two (TrueStratum/0.1.0 and 1.0.0), and an unknown session id',
      expected: 'each is answered with an extranonce',
    },
    ({ options: { agent } }) => [
      [],
      [agent],
      [agent, 'TrueStratum/0.1.0'],
      [agent, 'TrueStratum/1.0.0'],
      [agent, 'TrueStratum/1.0.0', 'ae6812eb4cd7735a302a8a9dd95cf71f'],
    ],
  ),
  authorizeReply({
    id: 'true-authorize-reply',
    title: 'mining.authorize is answered with true and no error',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(2)],
    sent: 'mining.authorize with the password, after mining.subscribe',
    expected: 'result true, error null',
  }),
  targetBeforeJob({
    id: 'true-target-before-job',
    title: 'a TrueStratum target comes before the first job, and both come at once',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(4), field('they begin with a target of zero and copy it into the job')],
    sent: 'mining.subscribe and mining.authorize',
    expected: 'mining.set_difficulty, then mining.notify, without being asked',
  }),
];

/** @returns what is wrong with the result of a subscription; undefined where nothing is */
function faultOfSubscription(result: unknown): string | undefined {
  if (!Array.isArray(result) || result.length !== 3) return `result ${shown(result)}`;
  const [names, extranonce, size] = result as unknown[];
  if (!Array.isArray(names) || names.length !== 3 || names.some((name) => typeof name !== 'string')) {
    return `the first element is ${shown(names)} instead of three strings`;
  }
  if (String(names[0]).toLowerCase() !== 'mining.notify') return `the subscription is to ${shown(names[0])}`;
  const nonce1 = tryDecodeHex(extranonce);
  if (nonce1 === undefined || nonce1.length > 3) return `the extranonce is ${shown(extranonce)}`;
  if (!Number.isSafeInteger(size) || Number(size) <= 0) return `the size is ${shown(size)}`;
  return undefined;
}
