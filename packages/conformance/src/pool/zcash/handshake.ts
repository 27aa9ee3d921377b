import type { EquihashParams } from '@adit/pow';
import { tryDecodeHex } from '@adit/primitives';
import { shown } from '@adit/wire';
import { field, zcashDocument, zip301 } from '../../catalogue/rules.ts';
import { fail, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import { inWords, isRefused } from '../probe/replies.ts';
import {
  authorizeReply,
  notifyShape,
  subscribeSpellings,
  targetBeforeJob,
  targetEncoding,
} from '../tools/handshake.ts';
import { readSubscription } from './session/zcash-session.ts';

const SUBSCRIBE = zip301('mining.subscribe()');

/** Checks of subscription, authorisation, and the messages that follow them. */
export const HANDSHAKE: readonly PoolCheck[] = [
  {
    id: 'zcash-subscribe-reply',
    title: 'mining.subscribe is answered with a session id and nonce1',
    group: 'conformance',
    dialects: ['zcash'],
    rules: [SUBSCRIBE, zip301('Nonce Parts'), zcashDocument(1)],
    sent: 'mining.subscribe with user agent, null, host and port',
    expected: 'result [SESSION_ID or null, NONCE_1]: NONCE_1 is hex of 1 to 31 whole bytes; error null',
    run: async (probe) => {
      const connection = await probe.open();
      const reply = await connection.request('mining.subscribe', probe.subscribeParams());
      if (reply === undefined) return fail(`no answer${connection.ending}`);
      const { result, error } = reply;
      if (!Array.isArray(result) || result.length !== 2) return fail(`result ${shown(result)}`);
      const [sessionId, nonce1] = result as unknown[];
      if (error !== null) return fail(`error ${shown(error)} instead of null`);
      if (sessionId !== null && (typeof sessionId !== 'string' || sessionId === '')) {
        return fail(`the session id is ${shown(sessionId)}`);
      }
      return (readSubscription(reply) === undefined ? fail : pass)(
        `nonce1 ${shown(nonce1)}, session ${shown(sessionId)}`,
      );
    },
  },
  subscribeSpellings(
    {
      id: 'zcash-subscribe-params',
      title: 'mining.subscribe is understood in every spelling that miners use',
      dialects: ['zcash'],
      rules: [SUBSCRIBE, zcashDocument(1), field('the port as a string, other orders, fewer parameters')],
      sent: 'mining.subscribe with no parameters, one, a string port, a number as session, the order host-port-agent',
      expected: 'each is answered with a nonce1',
    },
    ({ options: { agent, host, port } }) => [
      [],
      [agent],
      [agent, null, host, String(port)],
      [agent, 1112233, host, port],
      [host, port, agent, null],
    ],
  ),
  authorizeReply({
    id: 'zcash-authorize-reply',
    title: 'mining.authorize is answered with true',
    dialects: ['zcash'],
    rules: [zip301('mining.authorize()'), zcashDocument(4)],
    sent: 'mining.authorize with worker and password, after mining.subscribe',
    expected: 'result true, error null',
  }),
  targetBeforeJob({
    id: 'zcash-target-before-job',
    title: 'a target comes before the first job, and both come at once',
    dialects: ['zcash'],
    rules: [zip301('Protocol Flow'), zip301('mining.set_target()')],
    sent: 'mining.subscribe and mining.authorize',
    expected: 'mining.set_target, then mining.notify, without being asked',
  }),
  targetEncoding({
    id: 'zcash-target-encoding',
    title: 'the target is 256 bits in 64 hex digits',
    dialects: ['zcash'],
    rules: [zip301('mining.set_target()'), zcashDocument(3), field('miners refuse 62 digits')],
    sent: 'mining.subscribe and mining.authorize',
    expected: 'params of mining.set_target: one string of 64 hex digits, above zero',
  }),
  notifyShape(
    {
      id: 'zcash-notify-shape',
      title: 'a job has the eight fields of a header, encoded as in a header',
      dialects: ['zcash'],
      rules: [zip301('mining.notify()'), zcashDocument(2)],
      sent: 'mining.subscribe and mining.authorize',
      expected:
        'job id, version (8 digits: of Zcash 04000000), prevhash, merkle root, reserved (64 digits each), time, bits (8 digits each), clean_jobs as a boolean',
    },
    (params, { options }) => faultOfJob(params, options.equihash),
  ),
  {
    id: 'zcash-authorize-first',
    title: 'mining.authorize may come before mining.subscribe',
    group: 'conformance',
    dialects: ['zcash'],
    rules: [field('some authorise first'), zip301('mining.authorize()')],
    sent: 'mining.authorize, then mining.subscribe',
    expected: 'both are answered: the worker is taken, or refused with an error; the subscription works',
    run: async (probe) => {
      const connection = await probe.open();
      const { worker, password } = probe.options;
      const first = await connection.request('mining.authorize', [worker, password]);
      const second = await connection.request('mining.subscribe', probe.subscribeParams());
      const answered = first?.result === true || isRefused(first);
      const right = answered && readSubscription(second) !== undefined;
      return (right ? pass : fail)(
        `mining.authorize: ${inWords(first)}; mining.subscribe: ${inWords(second)}`,
      );
    },
  },
];

/** @returns what is wrong with the parameters of a job; undefined where nothing is */
function faultOfJob(params: readonly unknown[], equihash: EquihashParams): string | undefined {
  if (params.length < 8) return `${params.length} parameters instead of 8`;
  const [id, version, prevHash, merkleRoot, reserved, time, bits, clean] = params;
  if (typeof id !== 'string' || id === '') return `the job id is ${shown(id)}`;
  if (tryDecodeHex(version, 4) === undefined || (isZcash(equihash) && version !== '04000000')) {
    return `the version is ${shown(version)}`;
  }
  const hashes = { prevHash, merkleRoot, reserved };
  for (const [name, value] of Object.entries(hashes)) {
    if (tryDecodeHex(value, 32) === undefined) return `${name} is ${shown(value)}`;
  }
  if (tryDecodeHex(time, 4) === undefined) return `time is ${shown(time)}`;
  if (tryDecodeHex(bits, 4) === undefined) return `bits is ${shown(bits)}`;
  return typeof clean === 'boolean' ? undefined : `clean_jobs is ${shown(clean)}`;
}

/** The header versions that the probe knows. ZIP 301 has one; Bitcoin Gold, which also speaks it, writes 0x20000000. */
function isZcash({ n, k, personalization }: EquihashParams): boolean {
  return n === 200 && k === 9 && personalization === 'ZcashPoW';
}
