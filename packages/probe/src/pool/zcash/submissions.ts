import { encodeHex } from '@adit/primitives';
import { cannotTell, fail, type Judgement, pass } from '../../report/finding.ts';
import { attack, zip301 } from '../../rules.ts';
import type { PoolCheck } from '../check.ts';
import { CODE, isAccepted, judgeRefusal, told, worst } from '../replies.ts';
import type { Submission } from '../seat.ts';
import type { ZcashSeat } from './zcash-seat.ts';

const SUBMIT = zip301('mining.submit()');

/** What belongs to a submission on a Zcash port: target, spelling, nonce. */
export const SUBMISSIONS: readonly PoolCheck[] = [
  {
    id: 'zcash-above-target',
    title: 'a true solution above the target is refused as such',
    group: 'conformance',
    dialects: ['zcash'],
    rules: [zip301('mining.set_target()'), zip301('Error Objects')],
    sent: 'a right solution whose block hash is above the target of its job',
    expected: 'error 23',
    run: async (probe) => {
      const seat = await probe.zcash();
      const share = await seat.solve('above');
      return judgeRefusal(await seat.submit(share.submission), [CODE.low], 'above the target');
    },
  },
  {
    id: 'zcash-target-exact',
    title: 'a share that misses the target by less than a hundredth is refused',
    group: 'attack',
    dialects: ['zcash'],
    rules: [attack('T08'), zip301('mining.set_target()')],
    sent: 'a right solution whose block hash is above the target by at most 1 %',
    expected: 'error 23: a pool that lets it pass pays more work than was done',
    run: async (probe) => {
      const seat = await probe.zcash();
      const { target } = await seat.job();
      const most = (target * 100n) / 99n;
      if (most >= 1n << 256n) return cannotTell("the pool's target lets nearly every hash pass");
      const share = await seat.solve({ least: target + 1n, most });
      return judgeRefusal(await seat.submit(share.submission), [CODE.low], 'just above the target');
    },
  },
  {
    id: 'zcash-one-spelling',
    title: 'a share counts once, however it is spelled',
    group: 'attack',
    dialects: ['zcash'],
    rules: [attack('T02'), SUBMIT],
    sent: 'one share: first with digits missing, with 0x, with blanks, with letters beyond f; then as it should be; then in capitals',
    expected: 'the damaged ones are refused and do not burn the share, it is accepted once, and never again',
    run: async (probe) => {
      const seat = await probe.zcash();
      const { submission } = await seat.solve('share');
      for (const [what, damaged] of damage(submission)) {
        const reply = await seat.submit(damaged);
        if (isAccepted(reply)) return fail(`accepted with ${what}`);
        if (reply === undefined)
          return fail(`no answer to a share with ${what}: ${seat.peer.closed ?? 'silence'}`);
      }
      const first = await seat.submit(submission);
      if (!isAccepted(first)) return fail(`the share itself, after the damaged ones: ${told(first)}`);
      for (const [what, again] of respell(submission)) {
        if (isAccepted(await seat.submit(again))) return fail(`accepted a second time ${what}`);
      }
      return pass('accepted once');
    },
  },
  {
    id: 'zcash-nonce2-length',
    title: 'nonce2 must fill the nonce exactly',
    group: 'attack',
    dialects: ['zcash'],
    rules: [zip301('Nonce Parts'), attack('T05')],
    sent: 'a share with a byte more, a byte less, half a byte less and none at all in nonce2',
    expected: 'an error each time',
    run: async (probe) => {
      const seat = await probe.zcash();
      const { submission } = await seat.solve('share');
      const nonce2 = String(submission[3]);
      const lengths = {
        'a byte more': `${nonce2}00`,
        'a byte less': nonce2.slice(2),
        'half a byte less': nonce2.slice(1),
        'no nonce2': '',
      };
      return await noneAccepted(
        seat,
        Object.entries(lengths).map(([what, text]) => [what, submission.with(3, text)]),
      );
    },
  },
  {
    id: 'zcash-foreign-nonce1',
    title: "nobody can mine in another connection's range",
    group: 'attack',
    dialects: ['zcash'],
    rules: [attack('T05'), zip301('Nonce Parts')],
    sent: "a right solution under another connection's nonce1: the whole nonce of 64 digits, and its nonce2 alone",
    expected: 'an error each time',
    run: async (probe) => {
      const seat = await probe.zcash();
      const other = await probe.zcash();
      if (encodeHex(seat.nonce1) === encodeHex(other.nonce1))
        return fail('both connections have the same nonce1');
      const share = await seat.solve('share', undefined, { nonce1: other.nonce1 });
      return await noneAccepted(seat, [
        ['the whole nonce of another connection', share.submission.with(3, encodeHex(share.nonce))],
        ['nonce2 of another connection', share.submission],
      ]);
    },
  },
  {
    id: 'zcash-stolen-share',
    title: 'a share of one connection is worth nothing on another',
    group: 'attack',
    dialects: ['zcash'],
    rules: [attack('T05'), attack('T04')],
    sent: 'a share that one connection has been paid for, from another: as it was, and with the whole nonce',
    expected: 'an error each time',
    run: async (probe) => {
      const victim = await probe.zcash();
      const thief = await probe.zcash();
      const share = await victim.solve('share');
      const reply = await victim.submit(share.submission);
      if (!isAccepted(reply))
        return cannotTell(`the share was not accepted where it belongs: ${told(reply)}`);
      await thief.job();
      return await noneAccepted(thief, [
        ['as it was', share.submission],
        ['with the whole nonce', share.submission.with(3, encodeHex(share.nonce))],
      ]);
    },
  },
];

/** Passes where all are refused. */
export async function noneAccepted(
  seat: ZcashSeat,
  submissions: readonly (readonly [string, Submission])[],
): Promise<Judgement> {
  const judgements: Judgement[] = [];
  for (const [what, submission] of submissions) {
    const reply = await seat.submit(submission);
    const silent = reply === undefined && seat.peer.closed === undefined;
    judgements.push((isAccepted(reply) || silent ? fail : pass)(`${what}: ${told(reply)}`));
    if (seat.peer.closed !== undefined) break;
  }
  return worst(judgements);
}

/** One share in forms that no strict reader takes. */
function damage(submission: Submission): readonly (readonly [string, Submission])[] {
  const [, , time, nonce2, solution] = submission.map(String);
  return [
    ['0x before the solution', submission.with(4, `0x${solution}`)],
    ['a blank behind the solution', submission.with(4, `${solution} `)],
    ['a letter beyond f in the solution', submission.with(4, `${solution?.slice(0, -1)}g`)],
    ['half a byte more in the solution', submission.with(4, `${solution}0`)],
    ['a byte more in the solution', submission.with(4, `${solution}00`)],
    ['0x before nonce2', submission.with(3, `0x${nonce2}`)],
    ['a letter beyond f in nonce2', submission.with(3, `${nonce2?.slice(0, -1)}O`)],
    ['a blank before the time', submission.with(2, ` ${time}`)],
    ['0x before the time', submission.with(2, `0x${time}`)],
  ];
}

/** The same bytes in other letters. */
function respell(submission: Submission): readonly (readonly [string, Submission])[] {
  const upper = (index: number) => submission.with(index, String(submission[index]).toUpperCase());
  return [
    ['with the solution in capitals', upper(4)],
    ['with nonce2 in capitals', upper(3)],
    ['with the time in capitals', upper(2)],
    ['as it was', submission],
  ];
}
