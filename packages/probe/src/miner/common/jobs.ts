import { fail, pass } from '../../report/finding.ts';
import { field, trueDocument, zip301 } from '../../rules.ts';
import { printable } from '../../wire/printable.ts';
import { BOTH, type MinerCheck } from '../check.ts';
import type { SentJob, Submission } from '../job.ts';
import { faultOf, type MinerSeat, seconds } from '../seat.ts';

/** So much harder that a miner which overlooks it is found out within a few shares. */
const HARDER = 4n;
const ENOUGH = 8;
/** One share in four is within the harder target by chance, and so many in a row once in 10^14 runs. */
const CERTAIN = 24;

export const newTarget: MinerCheck = {
  id: 'new-target-next-job',
  title: 'a new target counts from the next job on, and each share is judged by the target of its job',
  group: 'conformance',
  dialects: BOTH,
  rules: [zip301('mining.set_target()'), trueDocument(3)],
  sent: 'a target four times as hard, a job, then the wide target again and a job; of two targets in a row the last counts',
  expected: 'only shares within the harder target for the first job, and shares beyond it for the second',
  run: async (stage) => {
    const seat = await stage.seat();
    const wide = (await stage.share(seat)).verdict.job?.target ?? stage.easyTarget;
    const narrow = stage.dialect.targetOf(stage.dialect.weight(wide) * HARDER);
    // The first of the two is never used: a miner that takes it finds nothing.
    seat.sendTarget(1n);
    const from = seat.submissions.length;
    const hard = seat.sendJob({ target: narrow });
    await enough(seat, hard, from, stage.limits.shareMs);
    const then = seat.submissions.length;
    const easy = seat.sendJob({ target: wide });
    await enough(seat, easy, then, stage.limits.shareMs);
    let seen = then;
    let within = 0;
    const beyond = () => {
      for (const { params, verdict } of seat.submissions.slice(seen)) {
        seen += 1;
        if (!verdict.valid || !seat.isOrFollows(verdict.job, easy)) continue;
        if (!stage.dialect.judge(params, { ...verdict.job, target: narrow }).verdict.valid) return true;
        within += 1;
      }
      return false;
    };
    let found = false;
    await seat.link.until(() => {
      found ||= beyond();
      return found || within >= CERTAIN || seat.faults(then).length > 0;
    }, stage.limits.shareMs);
    seat.noFaults(then);
    if (!found) return fail(`${within} shares of a job with a wider target, and none of them needs it`);
    return pass(`${ENOUGH} shares within the harder target, and shares beyond it when it was wide again`);
  },
};

async function enough(seat: MinerSeat, job: SentJob, from: number, within: number): Promise<void> {
  const right = () =>
    seat.submissions.slice(from).filter(({ verdict }) => verdict.valid && seat.isOrFollows(verdict.job, job));
  await seat.shareOf(job, within);
  await seat.link.until(() => right().length >= ENOUGH || seat.faults(from).length > 0, within);
  seat.noFaults(from);
}

export const cleanJob: MinerCheck = {
  id: 'clean-job',
  title: 'a clean job ends all work on the jobs before it',
  group: 'conformance',
  dialects: BOTH,
  rules: [zip301('mining.notify()'), trueDocument(4)],
  sent: 'a job, a share of it awaited, and a clean job',
  expected: 'after two seconds of grace no submission of the old job, and shares of the new one',
  run: async (stage) => {
    const seat = await stage.seat();
    await stage.share(seat);
    const from = seat.submissions.length;
    const begun = performance.now();
    const job = seat.sendJob({ clean: true });
    await seat.shareOf(job);
    const left = begun + stage.limits.graceMs + stage.limits.quietMs - performance.now();
    await seat.link.until(() => seat.faults(from).length > 0, Math.max(1, left));
    seat.noFaults(from);
    const late = seat.submissions.slice(from).filter(({ verdict }) => !verdict.valid).length;
    const note = late === 0 ? 'none of the old job came' : `${late} of the old job came within the grace`;
    return pass(`shares of the new job; ${note}`);
  },
};

export const notCleanJob: MinerCheck = {
  id: 'not-clean-job',
  title: 'a job that is not clean leaves the old one in force: the miner goes on, with either',
  group: 'conformance',
  dialects: BOTH,
  rules: [zip301('mining.notify()'), trueDocument(4)],
  sent: 'a job with clean_jobs false while another is mined',
  expected: 'valid shares, of the old job or the new one',
  run: async (stage) => {
    const seat = await stage.seat();
    await stage.share(seat);
    const from = seat.submissions.length;
    const job = seat.sendJob({ clean: false });
    const wanted = ENOUGH / 2;
    await seat.link.until(
      () => seat.submissions.length >= from + wanted || seat.faults(from).length > 0,
      stage.limits.shareMs,
    );
    seat.noFaults(from);
    const came = seat.submissions.slice(from);
    if (came.length < wanted) return fail(`only ${came.length} shares in ${seconds(stage.limits.shareMs)}`);
    const fresh = came.filter(({ verdict }) => seat.isOrFollows(verdict.job, job)).length;
    return pass(
      fresh === 0
        ? 'it stays with the old job until a clean one comes'
        : `${fresh} of ${came.length} shares were of the new job`,
    );
  },
};

export const tenJobs: MinerCheck = {
  id: 'ten-jobs-at-once',
  title: 'of ten clean jobs in one packet the last is mined',
  group: 'conformance',
  dialects: BOTH,
  rules: [zip301('mining.notify()'), trueDocument(4), field('several blocks in a short time')],
  sent: 'ten clean jobs in one packet',
  expected: 'valid shares of the last one, and none of the others after the grace',
  run: async (stage) => {
    const seat = await stage.seat();
    await stage.share(seat);
    const from = seat.submissions.length;
    const jobs = Array.from({ length: 10 }, () => seat.prepareJob());
    seat.link.bytes(jobs.map(({ lines }) => lines).join(''));
    const last = jobs.at(-1)?.job;
    if (last === undefined) return fail('no job was made');
    const since = performance.now();
    await seat.shareOf(last);
    await seat.link.quiet(
      Math.max(1, since + stage.limits.graceMs + stage.limits.quietMs - performance.now()),
    );
    seat.noFaults(from);
    return pass('it mines the last of them');
  },
};

/** Strings are strings. The reference TrueHash miner builds its answer without escapes: what needs them is left out. */
const STRANGE_IDS = ['0', 'JOB 7', '-_.~/+*', 'f'.repeat(100)];

export const strangeIds: MinerCheck = {
  id: 'strange-job-ids',
  title: 'a job id is any string, and comes back as it was',
  group: 'conformance',
  dialects: BOTH,
  rules: [zip301('mining.notify()'), trueDocument(4)],
  sent: 'jobs whose ids are one digit, have a space, signs, or a hundred letters',
  expected: 'valid shares with the same ids',
  run: async (stage) => {
    const seat = await stage.seat();
    for (const id of STRANGE_IDS) {
      const from = seat.submissions.length;
      const job = seat.sendJob({ id });
      const share = await seat.submission(({ verdict }) => verdict.job === job || verdict.job === undefined, {
        from,
      });
      if (share === undefined)
        return fail(`no share of the job with the id ${JSON.stringify(printable(id, 20))}`);
      if (!share.verdict.valid) return fail(faultOf(share));
    }
    return pass(`${STRANGE_IDS.length} of them came back as they were`);
  },
};

/** Submissions of a job that must not be mined. */
export function sharesOf(seat: MinerSeat, id: string, from: number): readonly Submission[] {
  return seat.submissions.slice(from).filter(({ params }) => params[1] === id);
}
