import { shown } from '@adit/wire';
import { field, trueStratumDocument } from '../../catalogue/rules.ts';
import { cannotTell, fail, type Judgement, pass } from '../../report/finding.ts';
import { seconds } from '../../report/words.ts';
import type { PoolCheck } from '../check.ts';
import { NO_OTHER_JOB } from '../probe/job-waits.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { inWords, isAccepted } from '../probe/replies.ts';
import { loginTrueStratum } from './session/login.ts';
import type { TrueStratumSeenJob } from './session/seen-jobs.ts';
import { jobAfter } from './session/share-tools.ts';
import type { TrueStratumSession } from './session/truestratum-session.ts';

/** The most shares that the check submits to make the pool change its target. */
const MOST_SHARES = 16;

/** Checks of when jobs come. */
export const TRUESTRATUM_JOB_FLOW: readonly PoolCheck[] = [
  {
    id: 'true-job-after-share',
    title: 'an accepted share is followed by a job with another id',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [field('a thread that has found a share sleeps until another job id comes')],
    sent: 'a share',
    expected: 'mining.notify with another job id, without waiting for new work',
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      const job = await session.job();
      const reply = await session.submit(await session.good(job));
      if (reply === undefined) return fail('no answer to the submission');
      if (!isAccepted(reply) && !session.movedOn(job)) {
        return cannotTell(`a right share was not accepted: ${inWords(reply)}`);
      }
      return await anotherId(probe, session, job);
    },
  },
  {
    id: 'true-job-after-refusal',
    title: 'a refused submission is followed by a job with another id',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [field('a thread sleeps after every answer, refusals too, until another job id comes')],
    sent: 'a nonce that is not a share',
    expected: 'mining.notify with another job id, without waiting for new work',
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      const job = await session.job();
      const reply = await session.submit(await session.wrong(job));
      if (reply === undefined) return fail('no answer to the submission');
      return await anotherId(probe, session, job);
    },
  },
  {
    id: 'true-job-each-minute',
    title: 'a job with another id comes at least every minute',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(4), field('their threads stop 120 s after the last new job')],
    sent: 'nothing after mining.authorize',
    expected: 'mining.notify with another job id within a minute',
    run: async (probe) => {
      const { jobMs, refreshMs } = probe.options.limits;
      const session = await loginTrueStratum(probe);
      const job = await session.job();
      const next = await probe.jobWaits.next(session, job, {
        none: NO_OTHER_JOB,
        wanted: ({ id }) => id !== job.id,
        withinMs: jobMs,
      });
      if (next === undefined) {
        const verdict = jobMs < refreshMs ? cannotTell : fail;
        return verdict(`no job with another id in ${seconds(jobMs)}`);
      }
      return pass(`after ${seconds(next.at - job.at)}`);
    },
  },
  {
    id: 'true-job-id-new',
    title: 'another target or header comes under another job id',
    group: 'conformance',
    dialects: ['truestratum'],
    awaitsJobs: true,
    rules: [trueStratumDocument(3), field('they ignore a job whose id they know, and the target with it')],
    sent: 'some shares, so that the target or the work changes',
    expected: 'no job id comes a second time for another target, dataset or header',
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      const until = performance.now() + probe.options.limits.jobMs;
      for (let shares = 0; shares < MOST_SHARES && contents(session).size < 2; shares += 1) {
        const job = await session.job();
        const reply = await session.submit(await session.good(job));
        if (reply === undefined || performance.now() > until) break;
        await jobAfter(session, job, probe.options.limits.quietMs);
      }
      await session.connection.until(
        () => contents(session).size > 1,
        Math.max(0, until - performance.now()),
      );
      const seen = new Map<string, string>();
      for (const job of session.jobs()) {
        const before = seen.get(job.id);
        if (before !== undefined && before !== contentOf(job)) {
          return fail(`job id ${shown(job.id)} came a second time for another target or work`);
        }
        seen.set(job.id, contentOf(job));
      }
      if (contents(session).size < 2) return cannotTell('neither target nor work changed in that time');
      return pass(`${seen.size} job ids, each for one job`);
    },
  },
];

/** Whether a job with another id follows a submission. */
async function anotherId(
  probe: PoolProbe,
  session: TrueStratumSession,
  job: TrueStratumSeenJob,
): Promise<Judgement> {
  const { answerMs } = probe.options.limits;
  const next = await jobAfter(session, job, answerMs, ({ id }) => id !== job.id);
  if (next !== undefined) return pass(`job ${shown(next.id)} after ${shown(job.id)}`);
  return fail(`no job with another id in ${seconds(answerMs)}`);
}

/** A job without its id, as text to compare. */
function contentOf({ target, seedHash, headerHash }: TrueStratumSeenJob): string {
  return `${target} ${seedHash} ${Buffer.from(headerHash).toString('hex')}`;
}

function contents(session: TrueStratumSession): Set<string> {
  return new Set(session.jobs().map(contentOf));
}
