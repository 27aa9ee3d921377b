import { shown } from '../../printable.ts';
import { cannotTell, fail, type Judgement, notApplicable, pass } from '../../report/finding.ts';
import { attack, zip301 } from '../../rules.ts';
import { BOTH, type PoolCheck } from '../check.ts';
import type { PoolProbe } from '../pool-probe.ts';
import { CODE, isAccepted, isRefused, told } from '../replies.ts';
import type { Seat } from '../seat.ts';
import { jobCodes, judgeOutsider, orNothing } from './fresh-shares.ts';
import { responsesFrom } from './messages.ts';

/** Connections that are open at the same time. */
const CROWD = 16;

/** What a login gives, and what is worth nothing without it. */
export const LOGINS: readonly PoolCheck[] = [
  {
    id: 'submit-before-authorize',
    title: 'a share before mining.authorize is refused',
    group: 'conformance',
    dialects: BOTH,
    rules: [zip301('mining.submit()'), attack('T14')],
    sent: 'a share on a connection that has only subscribed',
    expected: 'error 24 or 25 (or that of an unknown job, where jobs belong to connections)',
    run: async (probe) => {
      const peer = await probe.open();
      await peer.request('mining.subscribe', probe.subscribeParams());
      return await judgeOutsider(await probe.login(), strangers(probe), (share) =>
        peer.request('mining.submit', share),
      );
    },
  },
  {
    id: 'submit-before-subscribe',
    title: 'a share before mining.subscribe is refused',
    group: 'conformance',
    dialects: BOTH,
    rules: [zip301('Error Objects'), attack('T14')],
    sent: 'a share as the first line of a connection',
    expected: 'error 25 or 24 (or that of an unknown job, where jobs belong to connections)',
    run: async (probe) => {
      const peer = await probe.open();
      return await judgeOutsider(await probe.login(), strangers(probe), (share) =>
        peer.request('mining.submit', share),
      );
    },
  },
  {
    id: 'subscribe-twice',
    title: 'a second mining.subscribe leaves the connection its nonce1',
    group: 'attack',
    dialects: BOTH,
    rules: [attack('T14'), zip301('Nonce Parts')],
    sent: 'mining.subscribe again on a connection with a job, then a share',
    expected: 'the same nonce1, or an error; the share is accepted',
    run: async (probe) => {
      const seat = await probe.login();
      const [first] = responsesFrom(seat.peer, 0);
      const nonce1 = first?.message.kind === 'response' ? nonce1Of(first.message.result) : undefined;
      const reply = await seat.peer.request('mining.subscribe', probe.subscribeParams());
      const again = nonce1Of(reply?.result);
      if (again !== undefined && again !== nonce1)
        return fail(`nonce1 ${shown(nonce1)}, then ${shown(again)}`);
      if (again === undefined && !isRefused(reply))
        return fail(`the second mining.subscribe: ${told(reply)}`);
      const same = again === undefined ? told(reply) : 'the same nonce1';
      return await shareAfter(probe, seat, same);
    },
  },
  {
    id: 'nonce1-unique',
    title: 'connections that are open at the same time have ranges of their own',
    group: 'attack',
    dialects: BOTH,
    rules: [attack('T18'), zip301('Nonce Parts')],
    sent: `mining.subscribe on ${CROWD} connections at the same time`,
    expected: 'no nonce1 twice, and none the beginning of another',
    run: async (probe) => {
      const peers = await Promise.all(Array.from({ length: CROWD }, () => probe.open()));
      const replies = await Promise.all(
        peers.map((peer) => peer.request('mining.subscribe', probe.subscribeParams())),
      );
      const all = replies.flatMap((reply) => nonce1Of(reply?.result) ?? []);
      if (all.length < CROWD) return cannotTell(`${all.length} of ${CROWD} connections got a nonce1`);
      return distinct(all);
    },
  },
];

async function shareAfter(_probe: PoolProbe, seat: Seat, what: string): Promise<Judgement> {
  try {
    const verdict = await seat.submitFresh();
    return (isAccepted(verdict) ? pass : fail)(`${what}; the share after it: ${told(verdict)}`);
  } catch (error) {
    orNothing(error);
    return pass(`${what}; no share was to be had in time`);
  }
}

/** Codes for who is not logged in; a pool whose jobs belong to connections may say that it knows no such job. */
function strangers(probe: PoolProbe): readonly number[] {
  return [CODE.unauthorized, CODE.unsubscribed, ...jobCodes(probe)];
}

function distinct(all: readonly string[]): Judgement {
  if (all.every((nonce1) => nonce1 === '')) return notApplicable('the pool gives out no nonce1');
  for (const [i, one] of all.entries()) {
    const clash = all.find((other, j) => i !== j && other.startsWith(one));
    if (clash !== undefined) return fail(`nonce1 ${shown(one)} and ${shown(clash)} at the same time`);
  }
  return pass(`such as ${all.slice(0, 3).join(' ')}`);
}

/** In both dialects the second member of the result. */
function nonce1Of(result: unknown): string | undefined {
  if (!Array.isArray(result)) return undefined;
  const [, text] = result as unknown[];
  return typeof text === 'string' ? text.toLowerCase() : undefined;
}
