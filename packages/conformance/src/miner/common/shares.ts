import { DIALECTS } from '@adit/stratum';
import { attack, JSON_RPC, trueStratumDocument, zip301 } from '../../catalogue/rules.ts';
import { fail, notApplicable, pass } from '../../report/finding.ts';
import { seconds } from '../../report/words.ts';
import type { MinerCheck } from '../check.ts';
import type { Submission } from '../probe/job.ts';

const TWENTY = 20;

export const firstShare: MinerCheck = {
  id: 'first-share',
  title: 'a share is right in every part, with its full proof of work',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [zip301('mining.submit()'), zip301('Nonce Parts'), trueStratumDocument(5)],
  sent: 'an easy target and a clean job',
  expected: 'a mining.submit with worker, job, time, nonce and proof that a strict pool accepts',
  run: async (probe) => {
    const session = await probe.session();
    const before = performance.now();
    const share = await probe.share(session);
    const { verdict } = share;
    const note = verdict.valid && verdict.note !== undefined ? `; ${verdict.note}` : '';
    return pass(`a valid share after ${seconds(share.at - before)}${note}`);
  },
};

export const twentyShares: MinerCheck = {
  id: 'twenty-shares',
  title: 'twenty shares are right, and none comes twice',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [zip301('Nonce Parts'), zip301('mining.submit()'), trueStratumDocument(5)],
  sent: 'one job, and another where the miner rests after a share',
  expected: 'twenty different shares that a strict pool accepts',
  run: async (probe) => {
    const session = await probe.session();
    const from = session.submissions.length;
    const job = session.sendJob();
    const within = 2 * probe.limits.shareMs;
    const { length } = await session.rightShares(job, TWENTY, { from, within });
    if (length < TWENTY) return fail(`only ${length} shares came in ${seconds(within)}`);
    return pass('twenty shares, all valid, all different');
  },
};

export const requestIds: MinerCheck = {
  id: 'request-ids',
  title: 'every request has an id that an answer can carry',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [JSON_RPC, zip301('Specification')],
  sent: 'a login and a job',
  expected: 'a number or a string as the id of every request, submissions too',
  run: async (probe) => {
    const session = await probe.session();
    const from = session.submissions.length;
    const job = session.sendJob();
    await session.submission(undefined, { from });
    await session.submission(undefined, { from: from + 1 });
    const ids = [...session.requests.map(({ id }) => id), ...session.submissions.map(({ id }) => id)];
    if (session.submissions.length === from) return fail(`no submission of job ${job.id} came`);
    if (ids.some((id) => id === undefined || id === 'null'))
      return fail('a request came without an id, or with null');
    const submitted = session.submissions.map(({ id }) => id);
    const repeated = new Set(submitted).size < submitted.length;
    return pass(
      repeated ? 'all have one, though submissions share theirs' : 'all have one, and no two the same',
    );
  },
};

export const lateReplies: MinerCheck = {
  id: 'late-replies',
  title: 'late answers to shares do not stop the miner',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [zip301('mining.submit()'), trueStratumDocument(5)],
  sent: 'the answer to a share a good while after it',
  expected: 'more valid shares, before or after the answer; no share twice',
  run: async (probe) => {
    const session = await probe.session();
    const from = session.submissions.length;
    let late: Submission | undefined;
    session.answerWith = (submission) => {
      if (late !== undefined) return undefined;
      late = submission;
      return 'silence';
    };
    await probe.share(session);
    await session.connection.quiet(probe.limits.quietMs);
    session.answerWith = undefined;
    if (!session.open) return fail(`it left: ${session.connection.closed}`);
    if (late !== undefined) session.settle(late);
    await probe.share(session);
    session.noFaults(from);
    return pass(`it goes on though an answer came ${seconds(probe.limits.quietMs)} late`);
  },
};

/** Every miner can have at least this many submissions under way. */
const UNANSWERED = 3;

export const repliesOutOfOrder: MinerCheck = {
  id: 'replies-out-of-order',
  title: 'answers in another order than the shares do not stop the miner',
  group: 'conformance',
  // The reference TrueHash miner gives all its submissions the same id, so another order would not show.
  dialects: ['zcash'],
  rules: [JSON_RPC, zip301('Specification')],
  sent: 'the answers to three shares in reverse order',
  expected: 'more valid shares without duplicates',
  run: async (probe) => {
    const session = await probe.session();
    const from = session.submissions.length;
    const waiting: Submission[] = [];
    let collecting = true;
    session.answerWith = (submission) => {
      if (!collecting) return undefined;
      waiting.push(submission);
      return 'silence';
    };
    const job = session.sendJob();
    const first = await session.shareOf(job);
    await session.connection.until(
      () => waiting.length >= UNANSWERED,
      Math.min(probe.limits.shareMs, 5 * probe.limits.answerMs),
    );
    collecting = false;
    session.answerWith = undefined;
    for (const submission of waiting.reverse()) session.settle(submission);
    if (waiting.length < 2)
      return notApplicable(`it waits for each answer before it sends more (job ${first.verdict.job?.id})`);
    await probe.share(session);
    session.noFaults(from);
    return pass(`${waiting.length} answers in reverse order, and it goes on`);
  },
};

export const hardTarget: MinerCheck = {
  id: 'hard-target',
  title: 'a miner sends no shares under a target that no hash meets',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [zip301('mining.set_target()'), trueStratumDocument(5), attack('T20')],
  sent: 'the hardest target but zero, and a clean job; then an easy one',
  expected: 'no submission of the hard job, and shares of the easy one',
  run: async (probe) => {
    const session = await probe.session();
    await probe.share(session);
    const from = session.submissions.length;
    session.sendJob({ target: 1n });
    const { graceMs, quietMs } = probe.limits;
    await session.noFaultsFor(graceMs + quietMs, from);
    if (!session.open) return fail(`it left: ${session.connection.closed}`);
    await probe.share(session);
    session.noFaults(from);
    return pass('nothing for the hard job, and a share of the easy one');
  },
};
