import { type Reply, shown } from '@adit/wire';
import { field, trueStratumDocument } from '../../catalogue/rules.ts';
import { cannotTell, fail, type Judgement, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { Submission } from '../probe/pool-session.ts';
import { inWords, isAccepted, isRefused, worst } from '../probe/replies.ts';
import { loginTrueStratum } from './session/login.ts';
import { repliesOf, SUBMIT_ID, submitLine } from './session/share-tools.ts';
import type { TrueStratumSession } from './session/truestratum-session.ts';

/** Checks of the answers to submissions. */
export const TRUESTRATUM_ANSWERS: readonly PoolCheck[] = [
  {
    id: 'true-answers-in-order',
    title: 'submissions under one id are answered in their order',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [field('every submission has id 244, so order alone says which answer is whose')],
    sent: 'in one packet and all with id 244: a share and one for an unknown job; then a share, a wrong nonce, a share',
    expected: 'accepted, refused; then accepted, refused, accepted',
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      const job = await session.job();
      // The pool refuses the last one without hashing, so its answer could overtake the others.
      const two = await inOnePacket(session, [
        await session.good(job),
        session.withJob(await session.good(job), 'none'),
      ]);
      const [first, second] = two;
      if (two.length < 2) return fail(`${two.length} answers to two submissions`);
      if (isRefused(first) && isRefused(second)) return cannotTell(`a right share: ${inWords(first)}`);
      if (!isAccepted(first)) return fail(`the answers were ${tell(two)}`);
      const three = await inOnePacket(session, [
        await session.good(job),
        await session.wrong(job),
        await session.good(job),
      ]);
      const order = three.map(isAccepted).join();
      const right = isRefused(second) && order === 'true,false,true';
      return (right ? pass : fail)(`the answers were ${tell(two)}; then ${tell(three)}`);
    },
  },
  {
    id: 'true-refusal-shape',
    title: 'a refusal has a result that is not true, and an error of code, reason and null',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(5), field('the reason is read from the second element of an array')],
    sent: 'a share for an unknown job, a nonce that is not a share, a share of a worker that did not log in',
    expected: 'result false or null; error [integer, text, ...] of three elements',
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      const share = await session.good();
      const refused: readonly (readonly [string, Submission])[] = [
        ['unknown job', session.withJob(share, 'none')],
        ['no share', await session.wrong()],
        ['unknown worker', share.with(0, 'adit-probe-nobody')],
      ];
      const judgements = [];
      for (const [what, submission] of refused) {
        const reply = await session.submit(submission);
        const { outcome, came } = judgeShape(reply);
        judgements.push({ outcome, came: `${what}: ${came}` });
      }
      return worst(judgements);
    },
  },
];

async function inOnePacket(
  session: TrueStratumSession,
  submissions: readonly Submission[],
): Promise<Reply[]> {
  const from = session.connection.received.length;
  const lines = submissions.map(
    ([worker, id, nonce]) => `${submitLine(String(worker), String(id), JSON.stringify(nonce))}\n`,
  );
  session.connection.bytes(lines.join(''));
  return await repliesOf(session.connection, SUBMIT_ID, submissions.length, from);
}

function tell(replies: readonly Reply[]): string {
  return replies.map(inWords).join(', ');
}

function judgeShape(reply: Reply | undefined): Judgement {
  if (reply === undefined) return fail('no answer that is JSON');
  const { result, error } = reply;
  if (result !== false && result !== null) return fail(`result ${shown(result)}`);
  const right =
    Array.isArray(error) &&
    error.length === 3 &&
    Number.isInteger(error[0]) &&
    typeof error[1] === 'string' &&
    error[1] !== '';
  return (right ? pass : fail)(`result ${shown(result)}, error ${shown(error)}`);
}
