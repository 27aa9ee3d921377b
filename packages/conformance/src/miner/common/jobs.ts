import { DIALECTS } from '@adit/stratum';
import { printable } from '@adit/wire';
import { field, trueStratumDocument, zip301 } from '../../catalogue/rules.ts';
import { fail, pass } from '../../report/finding.ts';
import { seconds } from '../../report/words.ts';
import type { MinerCheck } from '../check.ts';
import { faultOf, type SentJob, type Submission } from '../probe/job.ts';
import type { MinerSession } from '../probe/miner-session.ts';

/** The new target is so much harder that a few shares show whether the miner overlooks it. */
const HARDER = 4n;
const ENOUGH = 8;
/** One share in four meets the harder target by chance; this many in a row do so once in 10^14 runs. */
const CERTAIN = 24;

export const newTarget: MinerCheck = {
  id: 'new-target-next-job',
  title: 'a new target counts from the next job on, and each share is judged by the target of its job',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [zip301('mining.set_target()'), trueStratumDocument(3)],
  sent: 'a target four times as hard, a job, then the wide target again and a job; of two targets in a row the last counts',
  expected: 'only shares within the harder target for the first job, and shares beyond it for the second',
  run: async (probe) => {
    const session = await probe.session();
    const wide = (await probe.share(session)).verdict.job?.target ?? probe.easyTarget;
    const narrow = probe.dialect.targetOf(probe.dialect.weight(wide) * HARDER);
    // The second target replaces the first. A miner that takes the first finds no share.
    session.sendTarget(1n);
    const from = session.submissions.length;
    const hard = session.sendJob({ target: narrow });
    await enough(session, hard, from, probe.limits.shareMs);
    const then = session.submissions.length;
    const easy = session.sendJob({ target: wide });
    await enough(session, easy, then, probe.limits.shareMs);
    let seen = then;
    let within = 0;
    const beyond = () => {
      for (const { params, verdict } of session.submissions.slice(seen)) {
        seen += 1;
        if (!verdict.valid || !session.isOrFollows(verdict.job, easy)) continue;
        if (!probe.dialect.judge(params, { ...verdict.job, target: narrow }).verdict.valid) return true;
        within += 1;
      }
      return false;
    };
    let found = false;
    await session.connection.until(() => {
      found ||= beyond();
      return found || within >= CERTAIN || session.faults(then).length > 0;
    }, probe.limits.shareMs);
    session.noFaults(then);
    if (!found) return fail(`${within} shares of a job with a wider target, and none of them needs it`);
    return pass(`${ENOUGH} shares within the harder target, and shares beyond it when it was wide again`);
  },
};

async function enough(session: MinerSession, job: SentJob, from: number, within: number): Promise<void> {
  await session.shareOf(job, within);
  await session.rightShares(job, ENOUGH, { from, within });
}

export const cleanJob: MinerCheck = {
  id: 'clean-job',
  title: 'a clean job ends all work on the jobs before it',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [zip301('mining.notify()'), trueStratumDocument(4)],
  sent: 'a job, a share of it awaited, and a clean job',
  expected: 'after two seconds of grace no submission of the old job, and shares of the new one',
  run: async (probe) => {
    const session = await probe.session();
    await probe.share(session);
    const from = session.submissions.length;
    const begun = performance.now();
    const job = session.sendJob({ clean: true });
    await session.shareOf(job);
    const left = begun + probe.limits.graceMs + probe.limits.quietMs - performance.now();
    await session.noFaultsFor(Math.max(1, left), from);
    const late = session.submissions.slice(from).filter(({ verdict }) => !verdict.valid).length;
    const note = late === 0 ? 'none of the old job came' : `${late} of the old job came within the grace`;
    return pass(`shares of the new job; ${note}`);
  },
};

export const notCleanJob: MinerCheck = {
  id: 'not-clean-job',
  title: 'after a job that is not clean the miner goes on with either job',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [zip301('mining.notify()'), trueStratumDocument(4)],
  sent: 'a job with clean_jobs false while another is mined',
  expected: 'valid shares, of the old job or the new one',
  run: async (probe) => {
    const session = await probe.session();
    await probe.share(session);
    const from = session.submissions.length;
    const job = session.sendJob({ clean: false });
    const wanted = ENOUGH / 2;
    await session.connection.until(
      () => session.submissions.length >= from + wanted || session.faults(from).length > 0,
      probe.limits.shareMs,
    );
    session.noFaults(from);
    const came = session.submissions.slice(from);
    if (came.length < wanted) return fail(`only ${came.length} shares in ${seconds(probe.limits.shareMs)}`);
    const fresh = came.filter(({ verdict }) => session.isOrFollows(verdict.job, job)).length;
    return pass(
      fresh === 0
        ? 'it stays with the old job until a clean one comes'
        : `${fresh} of ${came.length} shares were of the new job`,
    );
  },
};

export const tenJobs: MinerCheck = {
  id: 'ten-jobs-at-once',
  title: 'the miner mines the last of ten clean jobs in one packet',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [zip301('mining.notify()'), trueStratumDocument(4), field('several blocks in a short time')],
  sent: 'ten clean jobs in one packet',
  expected: 'valid shares of the last one, and no shares of the others after the grace',
  run: async (probe) => {
    const session = await probe.session();
    await probe.share(session);
    const from = session.submissions.length;
    const jobs = Array.from({ length: 10 }, () => session.prepareJob());
    session.connection.bytes(jobs.map(({ lines }) => lines).join(''));
    const last = jobs.at(-1)?.job;
    if (last === undefined) return fail('no job was made');
    const since = performance.now();
    await session.shareOf(last);
    await session.connection.quiet(
      Math.max(1, since + probe.limits.graceMs + probe.limits.quietMs - performance.now()),
    );
    session.noFaults(from);
    return pass('it mines the last of them');
  },
};

/** Job ids are strings of any kind. The reference TrueHash miner does not escape them in its answer, so ids that need escapes are left out. */
const STRANGE_IDS = ['0', 'JOB 7', '-_.~/+*', 'f'.repeat(100)];

export const strangeIds: MinerCheck = {
  id: 'strange-job-ids',
  title: 'a job id is any string, and comes back unchanged',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [zip301('mining.notify()'), trueStratumDocument(4)],
  sent: 'jobs whose ids are one digit, have a space, signs, or a hundred letters',
  expected: 'valid shares with the same ids',
  run: async (probe) => {
    const session = await probe.session();
    for (const id of STRANGE_IDS) {
      const from = session.submissions.length;
      const job = session.sendJob({ id });
      const share = await session.submission((one) => session.decides(one, job), { from });
      if (share === undefined)
        return fail(`no share of the job with the id ${JSON.stringify(printable(id, 20))}`);
      if (!share.verdict.valid) return fail(faultOf(share));
    }
    return pass(`${STRANGE_IDS.length} of them came back as they were`);
  },
};

/** @returns the submissions for a job that the miner must not mine */
export function sharesOf(session: MinerSession, id: string, from: number): readonly Submission[] {
  return session.submissions.slice(from).filter(({ params }) => params[1] === id);
}
