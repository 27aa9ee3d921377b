import { setTimeout as pause } from 'node:timers/promises';
import { encodeHex, equalBytes } from '@adit/primitives';
import { shown } from '../../printable.ts';
import { cannotTell, fail, Judged, notApplicable, pass } from '../../report/finding.ts';
import { attack, zip301 } from '../../rules.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolProbe } from '../pool-probe.ts';
import { CODE, codeOf, isAccepted, isRefused, judgeRefusal, told } from '../replies.ts';
import { type ZcashSeenJob, zcashJobs } from './zcash-jobs.ts';
import { readSubscription, type ZcashSeat } from './zcash-seat.ts';

const RESUMING = zip301('Session Resuming');

/** Session ids: what a pool that gives one out owes, and what a stranger must not do with it. */
export const SESSIONS: readonly PoolCheck[] = [
  {
    id: 'zcash-resume',
    title: 'a session that was lost goes on with its id, its nonce1 and its jobs',
    group: 'conformance',
    dialects: ['zcash'],
    rules: [RESUMING],
    sent: 'mining.subscribe with the session id of a connection that was lost; then mining.authorize and a share of its job',
    expected: 'the same session id and nonce1; the share is accepted',
    run: async (probe) => {
      const { seat, id } = await withSession(probe);
      const share = await seat.solve('share');
      const { peer, subscription } = await loseAndResume(probe, seat, id);
      if (subscription.sessionId !== id) return fail(`another session id: ${shown(subscription.sessionId)}`);
      const same = encodeHex(subscription.nonce1) === encodeHex(seat.nonce1);
      if (!same) return fail(`nonce1 ${encodeHex(subscription.nonce1)} instead of ${encodeHex(seat.nonce1)}`);
      await probe.authorize(peer);
      const reply = await peer.request('mining.submit', share.submission);
      if (codeOf(reply) === CODE.job && moved(zcashJobs(peer.received, seat.nonce1), share.job)) {
        return cannotTell('a block came in between: the job is stale for everybody');
      }
      return (isAccepted(reply) ? pass : fail)(`same session and nonce1; share of its job: ${told(reply)}`);
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
      const { seat, id } = await withSession(probe);
      const share = await seat.solve('share');
      const { peer } = await loseAndResume(probe, seat, id);
      return judgeRefusal(
        await peer.request('mining.submit', share.submission),
        [CODE.unauthorized],
        'unauthorised',
      );
    },
  },
  {
    id: 'zcash-resume-unknown',
    title: 'a session id that the pool does not know is answered with another',
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
    expected: 'an error, 22',
    run: async (probe) => {
      const { seat, id } = await withSession(probe);
      const submission = await seat.accepted();
      const { peer } = await loseAndResume(probe, seat, id);
      await probe.authorize(peer);
      const reply = await peer.request('mining.submit', submission);
      return judgeRefusal(reply, [CODE.duplicate, CODE.job], 'the same share');
    },
  },
  {
    id: 'zcash-resume-live',
    title: 'a session that is still connected is not given away',
    group: 'attack',
    dialects: ['zcash'],
    rules: [attack('T05'), RESUMING],
    sent: 'mining.subscribe with the session id of a connection that is open',
    expected: 'another nonce1, or the first connection is closed: never two miners in one range',
    run: async (probe) => {
      const { seat, id } = await withSession(probe);
      const { subscription } = await resume(probe, id);
      if (encodeHex(subscription.nonce1) !== encodeHex(seat.nonce1)) return pass('another nonce1');
      const ended = await seat.peer.ends(probe.options.limits.quietMs);
      return (ended ? pass : fail)(
        ended ? 'the first connection was closed' : 'two connections have one nonce1',
      );
    },
  },
  {
    id: 'zcash-resume-by-nonce1',
    title: 'knowing the nonce1 of a miner is not enough to take its session',
    group: 'attack',
    dialects: ['zcash'],
    rules: [attack('T05')],
    sent: 'mining.subscribe with the nonce1 of a lost session in place of its id',
    expected: 'another nonce1',
    run: async (probe) => {
      const { seat } = await withSession(probe);
      const { subscription } = await loseAndResume(probe, seat, encodeHex(seat.nonce1));
      const taken = encodeHex(subscription.nonce1) === encodeHex(seat.nonce1);
      return (taken ? fail : pass)(taken ? 'the session was handed over' : 'another nonce1');
    },
  },
  {
    id: 'zcash-session-id-guess',
    title: 'session ids cannot be guessed',
    group: 'attack',
    dialects: ['zcash'],
    rules: [attack('T05')],
    sent: 'four subscriptions at the same time',
    expected: 'session ids of at least 64 bits that have little in common, and do not contain nonce1',
    run: async (probe) => {
      const seats = [
        await withSession(probe),
        await withSession(probe),
        await withSession(probe),
        await withSession(probe),
      ];
      const [first] = seats;
      const ids = seats.map(({ id }) => id);
      if (new Set(ids).size < ids.length) return fail(`one id twice: ${ids.map(shown).join(' ')}`);
      const short = ids.find((id) => id.length < SHORTEST_ID);
      if (short !== undefined) return fail(`${shown(short)} is short enough to try them all`);
      for (const { id, seat } of seats) {
        if (id.includes(encodeHex(seat.nonce1)))
          return fail(`${shown(id)} contains nonce1, which is no secret`);
      }
      const alike = ids.slice(1).map((id) => likeness(id, first?.id ?? ''));
      if (Math.max(...alike) > MOST_ALIKE) return fail(`ids count up: ${ids.map(shown).join(' ')}`);
      return pass(`ids such as ${shown(ids[0])}`);
    },
  },
];

/** 64 bits in hex; other alphabets have more bits in a character. */
const SHORTEST_ID = 11;
/** Equal characters in equal places: of random hex one in sixteen. */
const MOST_ALIKE = 0.6;

function likeness(a: string, b: string): number {
  const same = [...a].filter((character, i) => character === b[i]).length;
  return same / Math.max(a.length, b.length);
}

/** Whether the newest job is on another block than the given one: bytes 4 to 36 of a header name the last block. */
function moved(jobs: readonly ZcashSeenJob[], old: ZcashSeenJob): boolean {
  const newest = jobs.at(-1);
  return newest !== undefined && !equalBytes(newest.headerStart.slice(4, 36), old.headerStart.slice(4, 36));
}

/** @throws Judged `not_applicable` where the pool gives no session ids */
async function withSession(probe: PoolProbe): Promise<{ seat: ZcashSeat; id: string }> {
  const seat = await probe.zcash();
  if (seat.sessionId === null) {
    throw new Judged(notApplicable('the pool gives null as session id: it does not resume, as it may'));
  }
  return { seat, id: seat.sessionId };
}

/** Attempts to resume what has just been lost: the pool may need a moment to see that the connection is gone. */
const ATTEMPTS = 6;

/** The connection is lost without a word, and a new one takes its session up. */
async function loseAndResume(probe: PoolProbe, seat: ZcashSeat, id: string) {
  seat.peer.close();
  for (let attempt = 1; ; attempt += 1) {
    const resumed = await resume(probe, id);
    if (resumed.subscription.sessionId === id || attempt === ATTEMPTS) return resumed;
    resumed.peer.close();
    await pause(probe.options.limits.quietMs / ATTEMPTS);
  }
}

async function resume(probe: PoolProbe, id: string) {
  const peer = await probe.open();
  const reply = await peer.request('mining.subscribe', probe.subscribeParams(id));
  const subscription = readSubscription(reply);
  if (subscription !== undefined) return { peer, subscription };
  throw new Judged((isRefused(reply) ? fail : cannotTell)(`the subscription: ${told(reply)}`));
}
