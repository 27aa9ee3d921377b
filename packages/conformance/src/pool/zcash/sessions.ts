import { setTimeout as pause } from 'node:timers/promises';
import { encodeHex, equalBytes } from '@adit/primitives';
import { shown } from '@adit/wire';
import { CODE } from '../../catalogue/codes.ts';
import { attack, zip301 } from '../../catalogue/rules.ts';
import { cannotTell, fail, Judged, type Judgement, notApplicable, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { OVERTAKING_MS } from '../probe/pool-session.ts';
import { codeOf, inWords, isAccepted, isRefused, judgeAccepted, judgeRefusal } from '../probe/replies.ts';
import { notAgain } from '../tools/still-serves.ts';
import { loginZcash } from './session/login.ts';
import { onOtherBlock, zcashJobs } from './session/seen-jobs.ts';
import { readSubscription, type ZcashSession, type ZcashSubscription } from './session/zcash-session.ts';

const RESUMING = zip301('Session Resuming');

/** Checks of sessions: how a pool resumes them, and what a stranger must not do with a session id. */
export const SESSIONS: readonly PoolCheck[] = [
  {
    id: 'zcash-resume',
    title: 'a lost session is resumed with its id, its nonce1 and its jobs',
    group: 'conformance',
    dialects: ['zcash'],
    rules: [RESUMING],
    sent: 'mining.subscribe with the session id of a connection that was lost; then mining.authorize and a share of its job',
    expected: 'the same session id and nonce1, and the share is accepted; or another session id',
    run: async (probe) => {
      const { session, id } = await withSession(probe);
      const share = await session.solve('share');
      const { connection, subscription } = await loseAndResume(probe, session, id);
      if (subscription.sessionId !== id) return notResumed(subscription);
      if (!sameNonce1(subscription, session))
        return fail(`nonce1 ${encodeHex(subscription.nonce1)} instead of ${encodeHex(session.nonce1)}`);
      await probe.authorize(connection);
      const reply = await connection.request('mining.submit', share.submission);
      const moved = () => {
        const newest = zcashJobs(connection.received, session.nonce1).at(-1);
        return newest !== undefined && onOtherBlock(newest, share.job);
      };
      // The answer to a stale share may overtake the job that makes it stale.
      if (codeOf(reply) === CODE.job && (await connection.until(moved, OVERTAKING_MS))) {
        return cannotTell('a block came in between: the job is stale for everybody');
      }
      return judgeAccepted(reply, 'same session and nonce1; share of its job');
    },
  },
  {
    id: 'zcash-resume-authorize',
    title: 'a resumed session has no workers until they are authorised again',
    group: 'conformance',
    dialects: ['zcash'],
    rules: [RESUMING, zip301('mining.submit()')],
    sent: 'a share on a resumed session, without mining.authorize',
    expected: 'error 24',
    run: async (probe) => {
      const { session, id } = await withSession(probe);
      const share = await session.solve('share');
      const { connection, subscription } = await loseAndResume(probe, session, id);
      if (subscription.sessionId !== id) return notResumed(subscription);
      return judgeRefusal(
        await connection.request('mining.submit', share.submission),
        [CODE.unauthorized],
        'unauthorised',
      );
    },
  },
  {
    id: 'zcash-resume-unknown',
    title: 'the answer to an unknown session id has another session id',
    group: 'conformance',
    dialects: ['zcash'],
    rules: [RESUMING],
    sent: 'mining.subscribe with a session id that was never given out',
    expected: 'a session id that differs from it, or null',
    run: async (probe) => {
      const unknown = encodeHex(crypto.getRandomValues(new Uint8Array(16)));
      const { subscription } = await resume(probe, unknown);
      const { sessionId } = subscription;
      return (sessionId === unknown ? fail : pass)(`session id ${shown(sessionId)}`);
    },
  },
  {
    id: 'zcash-resume-duplicate',
    title: 'a share that was paid before a loss is not paid after it',
    group: 'attack',
    dialects: ['zcash'],
    rules: [attack('T04'), RESUMING],
    sent: 'a share that was accepted, again after the session was resumed',
    expected: 'an error',
    run: async (probe) => {
      const { session, id } = await withSession(probe);
      const submission = await session.accepted();
      const { connection, subscription } = await loseAndResume(probe, session, id);
      await probe.authorize(connection);
      const reply = await connection.request('mining.submit', submission);
      if (!isAccepted(reply) && subscription.sessionId !== id) return notResumed(subscription);
      return await notAgain(probe, connection, reply);
    },
  },
  {
    id: 'zcash-resume-live',
    title: 'a session that is still connected is not given to another connection',
    group: 'attack',
    dialects: ['zcash'],
    rules: [attack('T05'), RESUMING],
    sent: 'mining.subscribe with the session id of a connection that is open',
    expected: 'another nonce1, or the first connection is closed: never two miners in one range',
    run: async (probe) => {
      const { session, id } = await withSession(probe);
      const { subscription } = await resume(probe, id);
      if (!sameNonce1(subscription, session)) {
        return (await resumes(probe)) ? pass('another nonce1') : notResumed(subscription);
      }
      const ended = await session.connection.ends(probe.options.limits.quietMs);
      return (ended ? pass : fail)(
        ended ? 'the first connection was closed' : 'two connections have one nonce1',
      );
    },
  },
  {
    id: 'zcash-resume-by-nonce1',
    title: 'a nonce1 is not enough to take over a session',
    group: 'attack',
    dialects: ['zcash'],
    rules: [attack('T05')],
    sent: 'mining.subscribe with the nonce1 of a lost session in place of its id',
    expected: 'another nonce1',
    run: async (probe) => {
      const { session } = await withSession(probe);
      const { subscription } = await loseAndResume(probe, session, encodeHex(session.nonce1));
      const taken = sameNonce1(subscription, session);
      if (await resumes(probe)) {
        return (taken ? fail : pass)(taken ? 'the session was handed over' : 'another nonce1');
      }
      if (!taken || (await givesNonce1Again(probe))) return notResumed(subscription);
      return fail('the pool gave the session to a connection that knows its nonce1');
    },
  },
  {
    id: 'zcash-session-id-guess',
    title: 'session ids cannot be guessed',
    group: 'attack',
    dialects: ['zcash'],
    rules: [attack('T05')],
    sent: 'four subscriptions at the same time',
    expected:
      'session ids of at least 64 bits that have little in common, and do not contain nonce1, where they resume a session',
    run: async (probe) => {
      if (!(await resumes(probe))) return notApplicable('the ids open nothing: the pool does not resume');
      const sessions = [
        await withSession(probe),
        await withSession(probe),
        await withSession(probe),
        await withSession(probe),
      ];
      const [first] = sessions;
      const ids = sessions.map(({ id }) => id);
      if (new Set(ids).size < ids.length) return fail(`one id twice: ${ids.map(shown).join(' ')}`);
      const short = ids.find((id) => id.length < SHORTEST_ID);
      if (short !== undefined) return fail(`${shown(short)} is short enough to try them all`);
      const telling = withNonce1(sessions);
      if (telling !== undefined) return fail(`${shown(telling)} contains nonce1, which is not a secret`);
      const alike = ids.slice(1).map((id) => likeness(id, first?.id ?? ''));
      if (Math.max(...alike) > MOST_ALIKE) return fail(`ids count up: ${ids.map(shown).join(' ')}`);
      return pass(`ids such as ${shown(ids[0])}`);
    },
  },
];

/** 64 bits in hex. Other alphabets have more bits in a character. */
const SHORTEST_ID = 11;
/** The share of equal characters in equal places above which ids are alike. Random hex has one in sixteen. */
const MOST_ALIKE = 0.6;

/** A nonce1 of this many bytes stands in a random id by chance once in a hundred million. */
const PLAIN_BYTES = 4;

/** Whether session ids are made of their nonce1. A short nonce1 stands in random ids as well, but not in all at the same place. */
function withNonce1(
  sessions: readonly { readonly id: string; readonly session: ZcashSession }[],
): string | undefined {
  const all = sessions.map(({ id, session }) => ({
    id,
    nonce1: session.nonce1,
    text: encodeHex(session.nonce1),
  }));
  const plain = all.find(({ id, nonce1, text }) => nonce1.length >= PLAIN_BYTES && id.includes(text));
  if (plain !== undefined) return plain.id;
  const [first] = all;
  const places = Array.from(first?.id ?? '', (_, place) => place);
  const inAll = places.some((place) => all.every(({ id, text }) => id.startsWith(text, place)));
  return inAll ? first?.id : undefined;
}

function likeness(a: string, b: string): number {
  const same = [...a].filter((character, i) => character === b[i]).length;
  return same / Math.max(a.length, b.length);
}

/** @throws Judged `not_applicable` where the pool gives no session ids */
async function withSession(probe: PoolProbe): Promise<{ session: ZcashSession; id: string }> {
  const session = await loginZcash(probe);
  if (session.sessionId === null) {
    throw new Judged(notApplicable('the pool gives null as session id: it does not resume, as it may'));
  }
  return { session, id: session.sessionId };
}

/** ZIP 301 lets a pool drop sessions on its own schedule, so a pool that never resumes one is within the rules. */
function notResumed({ sessionId }: ZcashSubscription): Judgement {
  return notApplicable(`the pool does not resume, as it may: another session id, ${shown(sessionId)}`);
}

/** Whether the pool resumes lost sessions at all. Many pools give an id to every connection and never look at it again. */
async function resumes(probe: PoolProbe): Promise<boolean> {
  return await probe.once('zcash-resumes', async () => {
    const { session, id } = await withSession(probe);
    const { subscription } = await loseAndResume(probe, session, id);
    return subscription.sessionId === id;
  });
}

/** Whether the next connection gets the nonce1 of a connection that is gone. Then the same nonce1 proves nothing. */
async function givesNonce1Again(probe: PoolProbe): Promise<boolean> {
  const { session } = await withSession(probe);
  const { subscription } = await loseAndResume(probe, session, null);
  return sameNonce1(subscription, session);
}

function sameNonce1(a: Pick<ZcashSubscription, 'nonce1'>, b: Pick<ZcashSubscription, 'nonce1'>): boolean {
  return equalBytes(a.nonce1, b.nonce1);
}

/** Attempts to resume a session. The pool may need some time to see that its connection is gone. */
const ATTEMPTS = 6;

/** Drops the connection, and resumes its session on a new one. */
async function loseAndResume(probe: PoolProbe, session: ZcashSession, id: string | null) {
  session.connection.close();
  for (let attempt = 1; ; attempt += 1) {
    const resumed = await resume(probe, id);
    if (resumed.subscription.sessionId === id || attempt === ATTEMPTS) return resumed;
    resumed.connection.close();
    await pause(probe.options.limits.quietMs / ATTEMPTS);
  }
}

async function resume(probe: PoolProbe, id: string | null) {
  const connection = await probe.open();
  const reply = await connection.request('mining.subscribe', probe.subscribeParams(id));
  const subscription = readSubscription(reply);
  if (subscription !== undefined) return { connection, subscription };
  throw new Judged((isRefused(reply) ? fail : cannotTell)(`the subscription: ${inWords(reply)}`));
}
