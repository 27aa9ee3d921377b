import { field, zip301 } from '../../catalogue/rules.ts';
import { cannotTell, fail, Judged, type Judgement, pass } from '../../report/finding.ts';
import { seconds } from '../../report/words.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { inWords, isAccepted } from '../probe/replies.ts';
import { loginZcash } from './session/login.ts';
import { NO_JOB_TO_KEEP, onOtherBlock, type ZcashSeenJob } from './session/seen-jobs.ts';
import type { ZcashSession, ZcashShare } from './session/zcash-session.ts';

/** The probe gives up after this many pairs of shares that a block made stale. */
const TRIES = 3;

/** Checks of what makes two shares different: a nonce alone does not make them the same. */
export const NONCE_REUSE: readonly PoolCheck[] = [
  {
    id: 'zcash-two-solutions',
    title: 'two solutions of one nonce are two shares',
    group: 'conformance',
    dialects: ['zcash'],
    rules: [
      zip301('mining.submit()'),
      field('a nonce has about two solutions, and each of them may be a share'),
    ],
    sent: 'two shares of one job that differ in their solutions only',
    expected: 'both are accepted',
    run: async (probe) => {
      const session = await loginZcash(probe);
      return await bothCount(probe, session, 'the second solution of the nonce', async () => {
        const job = await session.job();
        return [job, job];
      });
    },
  },
  {
    id: 'zcash-nonce-other-job',
    title: 'a nonce counts again in another job',
    group: 'conformance',
    dialects: ['zcash'],
    awaitsJobs: true,
    rules: [zip301('mining.submit()'), field('they begin at the same nonce in each job')],
    sent: 'two shares with the same nonce for two jobs, of which the later is not clean',
    expected: 'both are accepted',
    run: async (probe) => {
      const session = await loginZcash(probe);
      return await bothCount(
        probe,
        session,
        'the same nonce in the other job',
        async () => await twoLiveJobs(probe, session),
      );
    },
  },
];

/** Two jobs of which the later left the former alive. @throws Judged `cannot_tell` where no such job comes */
async function twoLiveJobs(
  probe: PoolProbe,
  session: ZcashSession,
): Promise<readonly [ZcashSeenJob, ZcashSeenJob]> {
  const { jobMs } = probe.options.limits;
  const deadline = performance.now() + jobMs;
  let former = await session.job();
  for (;;) {
    const before = former;
    const next = await probe.jobWaits.next(session, before, {
      none: NO_JOB_TO_KEEP,
      wanted: (job) => job.clean || !onOtherBlock(job, before),
      withinMs: performance.now() < deadline ? jobMs : 0,
    });
    if (next === undefined) throw new Judged(cannotTell(`${NO_JOB_TO_KEEP} came in ${seconds(jobMs)}`));
    if (!next.clean) return [before, next];
    former = next;
  }
}

/**
 * Submits two shares with one nonce. Tries again where a block came in between.
 * @param jobs the jobs of the two, which may be the same one
 */
async function bothCount(
  probe: PoolProbe,
  session: ZcashSession,
  what: string,
  jobs: () => Promise<readonly [ZcashSeenJob, ZcashSeenJob]>,
): Promise<Judgement> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const [former, later] = await jobs();
    const [first, second] = await session.solvePair(former, later);
    const one = await session.submit(first.submission);
    if (await stale(session, first, one)) continue;
    if (!isAccepted(one)) return cannotTell(`the first share was not accepted: ${inWords(one)}`);
    const other = await session.submit(second.submission);
    if (await stale(session, second, other)) continue;
    if (isAccepted(other)) return pass(`${what}: accepted`);
    // Where the pool serves no longer, that is another fault.
    return (await probe.serves())
      ? fail(`${what}: ${inWords(other)}`)
      : fail(`${what}: the pool no longer serves`);
  }
  return cannotTell('a block came each time between the two shares');
}

async function stale(
  session: ZcashSession,
  { job }: ZcashShare,
  reply: Parameters<ZcashSession['isStale']>[1],
): Promise<boolean> {
  return await session.isStale(job, reply);
}
