import { NO_JOB_CODES } from '../../catalogue/codes.ts';
import { attack, field, trueStratumDocument } from '../../catalogue/rules.ts';
import { cannotTell, fail, type Judgement, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { inWords, isAccepted, judgeRefusal, judgeRefused } from '../probe/replies.ts';
import { loginTrueStratum } from './session/login.ts';
import type { TrueStratumSeenJob } from './session/seen-jobs.ts';
import { jobAfter, sameWork } from './session/share-tools.ts';

/** The probe gives up after this many shares that new work followed instead of the same header. Where blocks are quick, most are. */
const MOST_TRIES = 20;
/** After this many shares without a job, the probe concludes that the pool does not send the same header again. */
const MOST_SILENT = 5;

/** The probe waits for the same header at most this many times `answerMs`. */
const SOME_TRIES = 4;

/** Checks of how long jobs stay valid, and of unknown jobs. */
export const TRUESTRATUM_OLD_JOBS: readonly PoolCheck[] = [
  {
    id: 'true-job-same-header',
    title: 'a share for an earlier id of the same header is accepted',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(4), field('other threads finish the job they have, under its id')],
    sent: 'a share, and after the job that follows it another one for the earlier job id',
    expected: 'result true, unless the later job was clean',
    run: async (probe) => {
      const { answerMs } = probe.options.limits;
      // Any job that follows settles it, because a pool does not return to the former header.
      const next = { eachMs: answerMs, totalMs: SOME_TRIES * answerMs, endsWait: () => true };
      return await olderShare(probe, next, 'the same header under another id', sameWork);
    },
  },
  {
    id: 'true-job-not-clean',
    title: 'a share is accepted for a job that was replaced by one that is not clean',
    group: 'conformance',
    dialects: ['truestratum'],
    awaitsJobs: true,
    rules: [trueStratumDocument(4), field('their threads finish the old job first')],
    sent: 'a share for the former job, after another header came with clean_jobs false',
    expected: 'result true',
    run: async (probe) => {
      const { jobMs } = probe.options.limits;
      const isOther: Compares = (a, b) => !sameWork(a, b);
      const next = { eachMs: jobMs, totalMs: jobMs, endsWait: isOther };
      return await olderShare(probe, next, 'another header', isOther);
    },
  },
  {
    id: 'true-job-stale',
    title: 'a share for a job from before a clean one is refused as stale, or still paid',
    group: 'attack',
    dialects: ['truestratum'],
    awaitsJobs: true,
    rules: [
      trueStratumDocument(4),
      attack('T11'),
      field('the node takes a fruit of an older header for an hour'),
    ],
    sent: 'a share for the former job, some time after another header came with clean_jobs true',
    expected: 'refused with 21 or -1, or accepted',
    run: async (probe) => {
      const { jobMs, staleMs } = probe.options.limits;
      const session = await loginTrueStratum(probe);
      const job = await session.job();
      const clean = await probe.jobWaits.next(session, job, {
        none: 'no clean job with another header',
        wanted: (next) => next.clean && !sameWork(job, next),
        withinMs: jobMs,
      });
      if (clean === undefined) return cannotTell('no clean job with another header came');
      // Waits until a share can no longer have been on its way, and keeps reading.
      await session.connection.ends(Math.max(0, clean.at + staleMs - performance.now()));
      const reply = await session.submit(await session.good(job));
      if (!isAccepted(reply)) return judgeRefusal(reply, NO_JOB_CODES, 'a share for the former job');
      return pass('a share for the former job: accepted, as the node may still take it');
    },
  },
  {
    id: 'true-job-unknown',
    title: 'a share for an unknown job is refused with -1 or 21',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(5)],
    sent: 'a share under a job id that the pool did not send',
    expected: 'refused with -1 or 21',
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      const job = await session.job();
      const share = await session.good(job);
      const reply = await session.submit(session.withJob(share, unknownId(job.id)));
      return judgeRefusal(reply, NO_JOB_CODES, 'an unknown job');
    },
  },
  {
    id: 'true-job-id-twice',
    title: 'a nonce is paid once for all ids of a header',
    group: 'attack',
    dialects: ['truestratum'],
    rules: [attack('T04'), field('the same header comes under many job ids')],
    sent: 'an accepted nonce again, for the job that follows it with the same header',
    expected: 'an error',
    run: async (probe) => {
      const { answerMs } = probe.options.limits;
      const session = await loginTrueStratum(probe);
      let silent = 0;
      for (let i = 0; i < MOST_TRIES && silent < MOST_SILENT; i += 1) {
        const job = await session.job();
        const share = await session.good(job);
        const reply = await session.submit(share);
        if (!isAccepted(reply)) {
          if (session.movedOn(job)) continue;
          return cannotTell(`a right share was not accepted: ${inWords(reply)}`);
        }
        const next = await jobAfter(session, job, answerMs, ({ id }) => id !== job.id);
        if (next === undefined) silent += 1;
        if (next === undefined || !sameWork(job, next)) continue;
        const again = await session.submit(session.withJob(share, next.id));
        if (isAccepted(again) || !session.movedOn(next)) {
          return judgeRefused(again, 'the same nonce under another job id');
        }
      }
      return cannotTell('the header did not come again under another job id');
    },
  },
];

type Compares = (former: TrueStratumSeenJob, later: TrueStratumSeenJob) => boolean;

/** How long to wait for a job after the former one, and for which. A clean job always ends the wait. */
interface Wait {
  readonly eachMs: number;
  readonly totalMs: number;
  readonly endsWait: Compares;
}

/** A share for the earlier of two jobs, of which the later is not clean. */
async function olderShare(
  probe: PoolProbe,
  { eachMs, totalMs, endsWait }: Wait,
  what: string,
  isWanted: Compares,
): Promise<Judgement> {
  const session = await loginTrueStratum(probe);
  const until = performance.now() + totalMs;
  do {
    const former = await session.job();
    // Some pools repeat the header only after a share.
    await session.submit(await session.good(former));
    const left = Math.max(0, until - performance.now());
    const later = await jobAfter(session, former, Math.min(eachMs, left), (job) => {
      return job.clean || (job.id !== former.id && endsWait(former, job));
    });
    if (later === undefined) break;
    if (session.movedOn(former) || !isWanted(former, later)) continue;
    const reply = await session.submit(await session.good(former));
    if (isAccepted(reply)) return pass(`${what} came, and a share for the former job was accepted`);
    // A clean job may come while the share is under way.
    if (!session.movedOn(former) && !(await session.isStale(former, reply)))
      return fail(`${what} came, not clean; a share for the former job: ${inWords(reply)}`);
  } while (performance.now() < until);
  return cannotTell(`no job came that brings ${what} and is not clean`);
}

/** Another id of the same form. */
function unknownId(id: string): string {
  const other = id.replace(/[0-9a-f]/gi, (digit) => (15 - Number.parseInt(digit, 16)).toString(16));
  return other === id ? `${id}0` : other;
}
