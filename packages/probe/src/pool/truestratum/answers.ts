import { cannotTell, fail, type Judgement, pass } from '../../report/finding.ts';
import { field, trueDocument } from '../../rules.ts';
import { shown } from '../../wire/printable.ts';
import type { PoolCheck } from '../check.ts';
import type { Reply } from '../peer.ts';
import { isAccepted, isRefused, told, worst } from '../replies.ts';
import type { Submission } from '../seat.ts';
import { loginTrueStratum } from './login.ts';
import type { TrueSeat } from './true-seat.ts';
import { repliesOf, SUBMIT_ID, submitLine } from './true-shares.ts';

/** How submissions are answered. */
export const TRUE_ANSWERS: readonly PoolCheck[] = [
  {
    id: 'true-answers-in-order',
    title: 'submissions under one id are answered in their order',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [field('every submission has id 244, so order alone says which answer is whose')],
    sent: 'in one packet and all with id 244: a share and one for an unknown job; then a share, a wrong nonce, a share',
    expected: 'accepted, refused; then accepted, refused, accepted',
    run: async (probe) => {
      const seat = await loginTrueStratum(probe);
      const job = await seat.job();
      // The last is refused without hashing anything: that is what overtakes.
      const two = await inOnePacket(seat, [await seat.good(job), seat.withJob(await seat.good(job), 'none')]);
      const [first, second] = two;
      if (two.length < 2) return fail(`${two.length} answers to two submissions`);
      if (isRefused(first) && isRefused(second)) return cannotTell(`a right share: ${told(first)}`);
      if (!isAccepted(first)) return fail(`the answers were ${tell(two)}`);
      const three = await inOnePacket(seat, [
        await seat.good(job),
        await seat.wrong(job),
        await seat.good(job),
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
    rules: [trueDocument(5), field('the reason is read from the second element of an array')],
    sent: 'a share for an unknown job, a nonce that is no share, a share of a worker that did not log in',
    expected: 'result false or null; error [integer, text, ...] of three elements',
    run: async (probe) => {
      const seat = await loginTrueStratum(probe);
      const share = await seat.good();
      const refused: readonly (readonly [string, Submission])[] = [
        ['unknown job', seat.withJob(share, 'none')],
        ['no share', await seat.wrong()],
        ['unknown worker', share.with(0, 'adit-probe-nobody')],
      ];
      const judgements = [];
      for (const [what, submission] of refused) {
        const reply = await seat.submit(submission);
        const { outcome, came } = judgeShape(reply);
        judgements.push({ outcome, came: `${what}: ${came}` });
      }
      return worst(judgements);
    },
  },
];

async function inOnePacket(seat: TrueSeat, submissions: readonly Submission[]): Promise<Reply[]> {
  const from = seat.peer.received.length;
  const lines = submissions.map(
    ([worker, id, nonce]) => `${submitLine(String(worker), String(id), JSON.stringify(nonce))}\n`,
  );
  seat.peer.bytes(lines.join(''));
  return await repliesOf(seat.peer, SUBMIT_ID, submissions.length, from);
}

function tell(replies: readonly Reply[]): string {
  return replies.map(told).join(', ');
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
