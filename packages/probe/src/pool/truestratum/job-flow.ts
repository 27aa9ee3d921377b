import { shown } from '../../printable.ts';
import { cannotTell, fail, type Judgement, pass } from '../../report/finding.ts';
import { attack, field, trueDocument } from '../../rules.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolProbe } from '../pool-probe.ts';
import { CODE, isAccepted, judgeRefusal, told } from '../replies.ts';
import type { Submission } from '../seat.ts';
import type { TrueSeenJob } from './true-jobs.ts';
import type { TrueSeat } from './true-seat.ts';
import { cleanSince, jobAfter, NO_JOB, sameWork } from './true-shares.ts';

/** Shares that try to make the pool raise its target. */
const MOST_SHARES = 16;
/** Shares after which new work comes instead of the same header once more. */
const MOST_TRIES = 5;

/** Which jobs come when, and how long they are good for. */
export const TRUE_JOB_FLOW: readonly PoolCheck[] = [
  {
    id: 'true-job-after-share',
    title: 'an accepted share is followed by a job with another id',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [field('a thread that has found a share sleeps until another job id comes')],
    sent: 'a share',
    expected: 'mining.notify with another job id, without waiting for new work',
    run: async (probe) => {
      const seat = await probe.truestratum();
      const job = await seat.job();
      const reply = await seat.submit(await seat.good(job));
      if (reply === undefined) return fail('no answer to the submission');
      if (!isAccepted(reply) && !cleanSince(seat, job)) {
        return cannotTell(`a right share was not accepted: ${told(reply)}`);
      }
      return await anotherId(probe, seat, job);
    },
  },
  {
    id: 'true-job-after-refusal',
    title: 'a refused submission is followed by a job with another id',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [field('a thread sleeps after every answer, refusals too, until another job id comes')],
    sent: 'a nonce that is no share',
    expected: 'mining.notify with another job id, without waiting for new work',
    run: async (probe) => {
      const seat = await probe.truestratum();
      const job = await seat.job();
      const reply = await seat.submit(await seat.wrong(job));
      if (reply === undefined) return fail('no answer to the submission');
      return await anotherId(probe, seat, job);
    },
  },
  {
    id: 'true-job-each-minute',
    title: 'a job with another id comes at least every minute',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [trueDocument(4), field('their threads stop 120 s after the last new job')],
    sent: 'nothing after mining.authorize',
    expected: 'mining.notify with another job id within a minute',
    run: async (probe) => {
      const { jobMs } = probe.options.limits;
      const seat = await probe.truestratum();
      const job = await seat.job();
      const next = await jobAfter(seat, job, jobMs, ({ id }) => id !== job.id);
      if (next === undefined) return fail(`no job with another id in ${Math.round(jobMs / 1000)} s`);
      return pass(`after ${Math.round((next.at - job.at) / 1000)} s`);
    },
  },
  {
    id: 'true-job-id-new',
    title: 'another target or header comes under another job id',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [trueDocument(3), field('they ignore a job whose id they know, and the target with it')],
    sent: 'some shares, so that the target or the work changes',
    expected: 'no job id comes a second time for another target, dataset or header',
    run: async (probe) => {
      const seat = await probe.truestratum();
      const until = performance.now() + probe.options.limits.jobMs;
      for (let shares = 0; shares < MOST_SHARES && contents(seat).size < 2; shares += 1) {
        const job = await seat.job();
        const reply = await seat.submit(await seat.good(job));
        if (reply === undefined || performance.now() > until) break;
        await jobAfter(seat, job, probe.options.limits.quietMs);
      }
      await seat.peer.until(() => contents(seat).size > 1, Math.max(0, until - performance.now()));
      const seen = new Map<string, string>();
      for (const job of seat.jobs()) {
        const before = seen.get(job.id);
        if (before !== undefined && before !== contentOf(job)) {
          return fail(`job id ${shown(job.id)} came a second time for another target or work`);
        }
        seen.set(job.id, contentOf(job));
      }
      if (contents(seat).size < 2) return cannotTell('neither target nor work changed meanwhile');
      return pass(`${seen.size} job ids, none of them for two jobs`);
    },
  },
  {
    id: 'true-job-same-header',
    title: 'a share for an earlier id of the same header is accepted',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [trueDocument(4), field('other threads finish the job they have, under its id')],
    sent: 'a share, and after the job that follows it another one for the earlier job id',
    expected: 'result true, unless the later job was clean',
    run: async (probe) => {
      const { answerMs } = probe.options.limits;
      return await olderShare(probe, answerMs, 'the same header under another id', sameWork);
    },
  },
  {
    id: 'true-job-not-clean',
    title: 'a share is accepted for a job that was replaced by one that is not clean',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [trueDocument(4), field('their threads finish the old job first')],
    sent: 'a share for the former job, after another header came with clean_jobs false',
    expected: 'result true',
    run: async (probe) => {
      const { jobMs } = probe.options.limits;
      return await olderShare(probe, jobMs, 'another header', (a, b) => !sameWork(a, b));
    },
  },
  {
    id: 'true-job-stale',
    title: 'a share for a job from before a clean one is refused as stale, or still paid',
    group: 'attack',
    dialects: ['truestratum'],
    rules: [trueDocument(4), attack('T11'), field('the node takes a fruit of an older header for an hour')],
    sent: 'a share for the former job, some time after another header came with clean_jobs true',
    expected: 'refused with 21 or -1, or accepted',
    run: async (probe) => {
      const { jobMs, staleMs } = probe.options.limits;
      const seat = await probe.truestratum();
      const job = await seat.job();
      const clean = await jobAfter(seat, job, jobMs, (next) => next.clean && !sameWork(job, next));
      if (clean === undefined) return cannotTell('no clean job with another header came');
      // Not asleep: until the share can no longer have been on its way.
      await seat.peer.ends(Math.max(0, clean.at + staleMs - performance.now()));
      const reply = await seat.submit(await seat.good(job));
      if (!isAccepted(reply)) return judgeRefusal(reply, NO_JOB, 'a share for the former job');
      return pass('a share for the former job: accepted, as the node may still take it');
    },
  },
  {
    id: 'true-job-unknown',
    title: 'a share for a job that never was is refused with -1 or 21',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [trueDocument(5)],
    sent: 'a share under a job id that the pool did not send',
    expected: 'refused with -1 or 21',
    run: async (probe) => {
      const seat = await probe.truestratum();
      const job = await seat.job();
      const share = await seat.good(job);
      const reply = await seat.submit(seat.withJob(share, unknownId(job.id)));
      return judgeRefusal(reply, NO_JOB, 'an unknown job');
    },
  },
  {
    id: 'true-job-id-twice',
    title: 'a nonce is paid once for all ids of a header',
    group: 'attack',
    dialects: ['truestratum'],
    rules: [attack('T04'), field('the same header comes under many job ids')],
    sent: 'an accepted nonce again, for the job that follows it with the same header',
    expected: 'refused with 22',
    run: async (probe) => {
      const { answerMs } = probe.options.limits;
      const seat = await probe.truestratum();
      for (let i = 0; i < MOST_TRIES; i += 1) {
        const job = await seat.job();
        const share: Submission = await seat.good(job);
        const reply = await seat.submit(share);
        if (!isAccepted(reply)) {
          if (cleanSince(seat, job)) continue;
          return cannotTell(`a right share was not accepted: ${told(reply)}`);
        }
        const next = await jobAfter(seat, job, answerMs, ({ id }) => id !== job.id);
        if (next === undefined || !sameWork(job, next)) continue;
        const again = await seat.submit(seat.withJob(share, next.id));
        if (isAccepted(again) || !cleanSince(seat, next)) {
          return judgeRefusal(again, [CODE.duplicate], 'the same nonce under another job id');
        }
      }
      return cannotTell('the header did not come again under another job id');
    },
  },
];

/** Whether a job with another id follows the one on which something was submitted just now. */
async function anotherId(probe: PoolProbe, seat: TrueSeat, job: TrueSeenJob): Promise<Judgement> {
  const { answerMs } = probe.options.limits;
  const next = await jobAfter(seat, job, answerMs, ({ id }) => id !== job.id);
  if (next !== undefined) return pass(`job ${shown(next.id)} after ${shown(job.id)}`);
  return fail(`no job with another id in ${Math.round(answerMs / 1000)} s`);
}

/** Everything of a job but its id. */
function contentOf({ target, seedHash, headerHash }: TrueSeenJob): string {
  return `${target} ${seedHash} ${Buffer.from(headerHash).toString('hex')}`;
}

function contents(seat: TrueSeat): Set<string> {
  return new Set(seat.jobs().map(contentOf));
}

/** A share for the former job of two, of which the later is not clean. */
async function olderShare(
  probe: PoolProbe,
  within: number,
  what: string,
  wanted: (former: TrueSeenJob, later: TrueSeenJob) => boolean,
): Promise<Judgement> {
  const seat = await probe.truestratum();
  const until = performance.now() + within;
  do {
    const former = await seat.job();
    // Some pools send the same header again only after a share.
    await seat.submit(await seat.good(former));
    const left = Math.max(0, until - performance.now());
    const later = await jobAfter(seat, former, left, (job) => job.id !== former.id && wanted(former, job));
    if (later === undefined) break;
    if (cleanSince(seat, former)) continue;
    const reply = await seat.submit(await seat.good(former));
    if (isAccepted(reply)) return pass(`${what} came, and a share for the former job was accepted`);
    // A clean job may have come while the share was on its way.
    if (!cleanSince(seat, former))
      return fail(`${what} came, not clean; a share for the former job: ${told(reply)}`);
  } while (performance.now() < until);
  return cannotTell(`no job came that brings ${what} and is not clean`);
}

/** An id of the same form, with other digits. */
function unknownId(id: string): string {
  const other = id.replace(/[0-9a-f]/gi, (digit) => (15 - Number.parseInt(digit, 16)).toString(16));
  return other === id ? `${id}0` : other;
}
