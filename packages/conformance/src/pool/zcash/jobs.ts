import { CODE } from '../../catalogue/codes.ts';
import { attack, field, zip301 } from '../../catalogue/rules.ts';
import { cannotTell, fail, Judged, type Judgement, pass } from '../../report/finding.ts';
import { seconds } from '../../report/words.ts';
import type { PoolCheck } from '../check.ts';
import { NO_OTHER_JOB } from '../probe/job-waits.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { codeOf, inWords, judgeAccepted, judgeRefusal } from '../probe/replies.ts';
import { targetsIn } from '../tools/targets.ts';
import { loginZcash } from './session/login.ts';
import { NO_JOB_TO_KEEP, NO_OTHER_BLOCK, onOtherBlock, type ZcashSeenJob } from './session/seen-jobs.ts';
import type { ZcashSession, ZcashShare } from './session/zcash-session.ts';

const NOTIFY = zip301('mining.notify()');

/** Checks of how long jobs live. The probe cannot make most pools send a new job, so the checks wait for one. */
export const JOBS: readonly PoolCheck[] = [
  {
    id: 'zcash-job-refresh',
    title: 'a new job comes at least every minute',
    group: 'conformance',
    dialects: ['zcash'],
    awaitsJobs: true,
    rules: [field('a pool that is silent for a minute counts as dead'), zip301('Protocol Flow')],
    sent: 'nothing, after the first job',
    expected: 'another mining.notify within a minute',
    run: async (probe) => {
      const session = await loginZcash(probe);
      const first = await session.job();
      const { jobMs, refreshMs } = probe.options.limits;
      const any = { none: NO_OTHER_JOB, wanted: () => true, withinMs: jobMs };
      const second = await probe.jobWaits.next(session, first, any);
      if (second === undefined) {
        const verdict = jobMs < refreshMs ? cannotTell : fail;
        return verdict(`${NO_OTHER_JOB} in ${seconds(jobMs)}`);
      }
      return pass(`the next job after ${seconds(second.at - first.at)}`);
    },
  },
  {
    id: 'zcash-old-job',
    title: 'a job stays valid when a job that is not clean follows',
    group: 'conformance',
    dialects: ['zcash'],
    awaitsJobs: true,
    rules: [NOTIFY, zip301('mining.set_target()')],
    sent: 'a share of the older job, after a new one with clean_jobs false',
    expected: 'accepted, by the target of the older job',
    run: async (probe) => await olderShare(probe),
  },
  {
    id: 'zcash-stale-job',
    title: 'a share of a job before the last block is refused as stale',
    group: 'conformance',
    dialects: ['zcash'],
    awaitsJobs: true,
    rules: [NOTIFY, zip301('Error Objects'), attack('T07')],
    sent: 'a share of an older job, some time after one on another block with clean_jobs true',
    expected: 'error 21',
    run: async (probe) => {
      const { session, share } = await shareOverBlock(probe);
      await session.connection.until(() => false, probe.options.limits.staleMs);
      const reply = await session.submit(share.submission);
      return judgeRefusal(reply, [CODE.job], 'share of a job before the last block');
    },
  },
  {
    id: 'zcash-clean-on-block',
    title: 'a job on another block is announced as clean',
    group: 'conformance',
    dialects: ['zcash'],
    awaitsJobs: true,
    rules: [NOTIFY, field('they finish their work on the former block where clean_jobs is false')],
    sent: 'nothing, until a job with another previous block comes',
    expected: 'clean_jobs true in that job',
    run: async (probe) => {
      const session = await loginZcash(probe);
      const first = await session.job();
      const block = await blockAfter(probe, session, first);
      const what = `the job on another block came ${seconds(block.at - first.at)} after the first`;
      return block.clean ? pass(what) : fail(`${what}, with clean_jobs false`);
    },
  },
  {
    id: 'zcash-extranonce-change',
    title: 'the pool announces a new nonce1, and accepts shares under it',
    group: 'conformance',
    dialects: ['zcash'],
    awaitsJobs: true,
    rules: [field('mining.extranonce.subscribe and mining.set_extranonce')],
    sent: 'mining.extranonce.subscribe; after mining.set_extranonce a share with the new nonce1',
    expected:
      'an answer; where mining.set_extranonce comes, a job with clean_jobs true follows it, and the share is accepted',
    run: async (probe) => await extranonceChange(probe),
  },
];

/** The probe gives up after this many blocks in a row that come while the share of an older job is under way. */
const TRIES = 3;

async function olderShare(probe: PoolProbe): Promise<Judgement> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const { session, share } = await shareOverChange(probe);
    const reply = await session.submit(share.submission);
    // A pool may judge older jobs by their own target, but need not.
    const harder = targetsIn(probe.dialect, session.connection.received.slice(share.job.place)).some(
      (target) => share.value > (target ?? share.value),
    );
    if (harder && codeOf(reply) === CODE.low) {
      return cannotTell(`the target became harder in between, and the share is above it: ${inWords(reply)}`);
    }
    if (!(await session.isStale(share.job, reply))) return judgeAccepted(reply, 'share of the older job');
  }
  return cannotTell('a block came each time while the share was on its way');
}

interface OlderShare {
  readonly session: ZcashSession;
  readonly share: ZcashShare;
}

/** A share for a job that a job which is not clean has followed. @throws Judged `cannot_tell` where none does */
async function shareOverChange(probe: PoolProbe): Promise<OlderShare> {
  const session = await loginZcash(probe);
  const { jobMs } = probe.options.limits;
  const deadline = performance.now() + jobMs;
  for (;;) {
    const share = await session.solve('share');
    const next = await probe.jobWaits.next(session, share.job, {
      none: NO_JOB_TO_KEEP,
      // A job that is clean makes the share worthless: then the wait begins again with another one.
      wanted: (job) => job.clean || !onOtherBlock(job, share.job),
      withinMs: performance.now() < deadline ? jobMs : 0,
    });
    if (next === undefined) throw new Judged(cannotTell(`${NO_JOB_TO_KEEP} came in ${seconds(jobMs)}`));
    if (!next.clean) return { session, share };
  }
}

/**
 * A share for a job that a new block has followed. Some pools say clean_jobs with every refresh and still pay for
 * older jobs of the block, so only a job on another block counts.
 * @throws Judged `cannot_tell` where no block comes, or one that is not announced as clean
 */
async function shareOverBlock(probe: PoolProbe): Promise<OlderShare> {
  const session = await loginZcash(probe);
  const share = await session.solve('share');
  const block = await blockAfter(probe, session, share.job);
  if (!block.clean) throw new Judged(cannotTell('a job on another block came with clean_jobs false'));
  return { session, share };
}

/** The next job on another block. @throws Judged `cannot_tell` where none comes */
async function blockAfter(probe: PoolProbe, session: ZcashSession, job: ZcashSeenJob): Promise<ZcashSeenJob> {
  const { jobMs } = probe.options.limits;
  const block = await probe.jobWaits.next(session, job, {
    none: NO_OTHER_BLOCK,
    wanted: (next) => onOtherBlock(next, job),
    withinMs: jobMs,
  });
  if (block === undefined) throw new Judged(cannotTell(`${NO_OTHER_BLOCK} came in ${seconds(jobMs)}`));
  return block;
}

async function extranonceChange(probe: PoolProbe): Promise<Judgement> {
  const session = await loginZcash(probe);
  const reply = await session.connection.request('mining.extranonce.subscribe', []);
  if (reply === undefined) return fail('mining.extranonce.subscribe is not answered');
  const notice = await session.connection.notice('mining.set_extranonce', probe.options.limits.quietMs);
  if (notice === undefined)
    return pass(`mining.extranonce.subscribe: ${inWords(reply)}; nonce1 did not change`);
  const place = session.connection.received.findIndex(({ message }) => message === notice);
  await session.connection.until(() => session.jobs().some((job) => job.place > place));
  const job = session.jobs().find((candidate) => candidate.place > place);
  if (job === undefined) return fail('no job followed mining.set_extranonce');
  if (!job.clean) return fail('the job after mining.set_extranonce keeps the older ones');
  // The newest job has the new nonce1 as well. A block may have come while the probe solved the share.
  const verdict = await session.submitFresh();
  return judgeAccepted(verdict, 'share with the new nonce1');
}
