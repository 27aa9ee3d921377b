import { tryDecodeHex } from '@adit/primitives';
import { DIALECTS } from '@adit/stratum';
import { shown } from '@adit/wire';
import { CODE } from '../../catalogue/codes.ts';
import { attack, zip301 } from '../../catalogue/rules.ts';
import { cannotTell, fail, type Judgement, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import type { PoolSession } from '../probe/pool-session.ts';
import { inWords, isRefused, judgeAccepted } from '../probe/replies.ts';
import { codesOf } from '../tools/codes.ts';
import { inTime, judgeOutsider } from '../tools/fresh-shares.ts';
import { responsesFrom } from '../tools/messages.ts';
import { judgeRanges } from '../tools/ranges.ts';

/** Connections that the check opens at the same time. */
const CROWD = 16;

/** Checks of logins: what a login gives, and what a connection may not do without one. */
export const LOGINS: readonly PoolCheck[] = [
  {
    id: 'submit-before-authorize',
    title: 'a share before mining.authorize is refused',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [zip301('mining.submit()'), attack('T14')],
    sent: 'a share on a connection that has only subscribed',
    expected:
      'error 24 or 25, or that of an unknown job, where jobs belong to connections (TrueStratum: an error)',
    run: async (probe) => {
      const connection = await probe.open();
      const nonce1 = nonce1Of(
        (await connection.request('mining.subscribe', probe.subscribeParams()))?.result,
      );
      const session = await probe.login();
      return await judgeOutsider(probe, {
        connection,
        session,
        codes: strangers(probe),
        // The share has the nonce1 of the connection that submits it, so that only the login is missing.
        share: async () => await session.goodUnder(tryDecodeHex(nonce1) ?? new Uint8Array(0)),
      });
    },
  },
  {
    id: 'submit-before-subscribe',
    title: 'a share before mining.subscribe is refused',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [zip301('Error Objects'), attack('T14')],
    sent: 'a share as the first line of a connection',
    expected:
      'error 25 or 24, or that of an unknown job, where jobs belong to connections (TrueStratum: an error)',
    run: async (probe) => {
      const connection = await probe.open();
      const session = await probe.login();
      return await judgeOutsider(probe, {
        connection,
        session,
        codes: strangers(probe),
        share: (job) => session.good(job),
      });
    },
  },
  {
    id: 'subscribe-twice',
    title: 'after a second mining.subscribe the newest nonce1 counts',
    group: 'attack',
    dialects: DIALECTS,
    rules: [attack('T14'), zip301('Nonce Parts')],
    sent: 'mining.subscribe again on a connection with a job, then a share',
    expected: 'the same nonce1, another one, or an error; a share under the newest nonce1 is accepted',
    run: async (probe) => {
      const session = await probe.login();
      const [first] = responsesFrom(session.connection, 0);
      const nonce1 = first?.message.kind === 'response' ? nonce1Of(first.message.result) : undefined;
      const reply = await session.connection.request('mining.subscribe', probe.subscribeParams());
      const again = nonce1Of(reply?.result);
      if (again === undefined && !isRefused(reply))
        return fail(`the second mining.subscribe: ${inWords(reply)}`);
      const changed = again !== undefined && again !== nonce1;
      const what =
        again === undefined ? inWords(reply) : changed ? `now nonce1 ${shown(again)}` : 'the same nonce1';
      return await shareAfter(session, what, changed ? tryDecodeHex(again) : undefined);
    },
  },
  {
    id: 'nonce1-unique',
    title: 'connections that are open at the same time have ranges of their own',
    group: 'attack',
    dialects: DIALECTS,
    rules: [attack('T18'), zip301('Nonce Parts')],
    sent: `mining.subscribe on ${CROWD} connections at the same time`,
    expected: 'every nonce1 is unique, and is not the beginning of another one',
    run: async (probe) => {
      const connections = await Promise.all(Array.from({ length: CROWD }, () => probe.open()));
      const replies = await Promise.all(
        connections.map((connection) => connection.request('mining.subscribe', probe.subscribeParams())),
      );
      const all = replies.flatMap((reply) => nonce1Of(reply?.result) ?? []);
      if (all.length < CROWD) return cannotTell(`${all.length} of ${CROWD} connections got a nonce1`);
      return judgeRanges(all);
    },
  },
];

/** @param nonce1 replaces the one that the session began with */
async function shareAfter(
  session: PoolSession,
  what: string,
  nonce1: Uint8Array | undefined,
): Promise<Judgement> {
  const under = nonce1 && (async () => await session.submit(await session.goodUnder(nonce1)));
  const share = await inTime(session.submitFresh(under));
  if (share === undefined) return pass(`${what}; no share was found in time`);
  const { reply } = share;
  return judgeAccepted(reply, `${what}; the share after it`);
}

/** Codes for a connection that is not logged in. A pool whose jobs belong to connections may answer that it does not know the job. */
function strangers(probe: PoolProbe): readonly number[] | undefined {
  return codesOf(probe, CODE.unauthorized, CODE.unsubscribed, CODE.job);
}

/** The nonce1 of a subscription. In both dialects it is the second member of the result. */
function nonce1Of(result: unknown): string | undefined {
  if (!Array.isArray(result)) return undefined;
  const [, text] = result as unknown[];
  return typeof text === 'string' ? text.toLowerCase() : undefined;
}
