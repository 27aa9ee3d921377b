import { encodeHex } from '@adit/primitives';
import { CODE } from '../../catalogue/codes.ts';
import { attack, zip301 } from '../../catalogue/rules.ts';
import { cannotTell, fail, type Judgement, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import type { Submission } from '../probe/pool-session.ts';
import { inWords, isAccepted, isTurnedDown, judgeRefusal, worst } from '../probe/replies.ts';
import { withControl } from '../tools/fresh-shares.ts';
import { loginZcash } from './session/login.ts';
import type { ZcashSession } from './session/zcash-session.ts';

const SUBMIT = zip301('mining.submit()');

/** Checks of submissions on a Zcash port: target, spelling, nonce. */
export const SUBMISSIONS: readonly PoolCheck[] = [
  {
    id: 'zcash-above-target',
    title: 'a right solution above the target is refused for that reason',
    group: 'conformance',
    dialects: ['zcash'],
    rules: [zip301('mining.set_target()'), zip301('Error Objects')],
    sent: 'a right solution whose block hash is above the target of its job',
    expected: 'error 23',
    run: async (probe) => {
      const session = await loginZcash(probe);
      const share = await session.solve('above');
      return judgeRefusal(await session.submit(share.submission), [CODE.low], 'above the target');
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
      const session = await loginZcash(probe);
      const { target } = await session.job();
      const most = (target * 100n) / 99n;
      if (most >= 1n << 256n) return cannotTell("the pool's target lets nearly every hash pass");
      const share = await session.solve({ least: target + 1n, most });
      return judgeRefusal(await session.submit(share.submission), [CODE.low], 'just above the target');
    },
  },
  {
    id: 'zcash-one-spelling',
    title: 'a share counts once, however it is spelled',
    group: 'attack',
    dialects: ['zcash'],
    rules: [attack('T02'), SUBMIT],
    sent: 'one share: first with 0x, with blanks, with letters beyond f, with too many digits; then as it should be; then in capitals',
    expected: 'the pool refuses forms that are not hex; it then accepts the share once, and never again',
    run: oneSpelling,
  },
  {
    id: 'zcash-nonce2-length',
    title: 'nonce2 must fill the nonce exactly',
    group: 'attack',
    dialects: ['zcash'],
    rules: [zip301('Nonce Parts'), attack('T05')],
    sent: 'a share with a byte more, a byte less, half a byte less, and no byte at all in nonce2',
    expected: 'an error each time; a right share is taken afterwards',
    run: async (probe) => {
      const session = await loginZcash(probe);
      const { submission } = await session.solve('share');
      const nonce2 = String(submission[3]);
      const lengths = {
        'a byte more': `${nonce2}00`,
        'a byte less': nonce2.slice(2),
        'half a byte less': nonce2.slice(1),
        'no nonce2': '',
      };
      return await noneAccepted(
        probe,
        session,
        Object.entries(lengths).map(([what, text]) => [what, submission.with(3, text)]),
      );
    },
  },
  {
    id: 'zcash-foreign-nonce1',
    title: "a share in another connection's range is refused",
    group: 'attack',
    dialects: ['zcash'],
    rules: [attack('T05'), zip301('Nonce Parts')],
    sent: "a right solution under another connection's nonce1: the whole nonce of 64 digits, and its nonce2 alone",
    expected: 'an error each time; a right share is taken afterwards',
    run: async (probe) => {
      const session = await loginZcash(probe);
      const other = await loginZcash(probe);
      if (encodeHex(session.nonce1) === encodeHex(other.nonce1))
        return fail('both connections have the same nonce1');
      const share = await session.solve('share', undefined, { nonce1: other.nonce1 });
      return await noneAccepted(probe, session, [
        ['the whole nonce of another connection', share.submission.with(3, encodeHex(share.nonce))],
        ['nonce2 of another connection', share.submission],
      ]);
    },
  },
  {
    id: 'zcash-stolen-share',
    title: 'a share of one connection is refused on another',
    group: 'attack',
    dialects: ['zcash'],
    rules: [attack('T05'), attack('T04')],
    sent: 'a share that one connection has been paid for, from another: as it was, and with the whole nonce',
    expected: 'an error each time; a right share is taken afterwards',
    run: async (probe) => {
      const victim = await loginZcash(probe);
      const thief = await loginZcash(probe);
      const share = await victim.solve('share');
      const reply = await victim.submit(share.submission);
      if (!isAccepted(reply))
        return cannotTell(`the share was not accepted where it belongs: ${inWords(reply)}`);
      await thief.job();
      return await noneAccepted(probe, thief, [
        ['as it was', share.submission],
        ['with the whole nonce', share.submission.with(3, encodeHex(share.nonce))],
      ]);
    },
  },
];

/** Passes where the pool refuses all submissions, or ends the connection, and accepts a right share. */
export async function noneAccepted(
  probe: PoolProbe,
  session: ZcashSession,
  submissions: readonly (readonly [string, Submission])[],
): Promise<Judgement> {
  const judgements: Judgement[] = [];
  for (const [what, submission] of submissions) {
    const reply = await session.submit(submission);
    const { closed } = session.connection;
    judgements.push(
      (isTurnedDown(reply, session.connection) ? pass : fail)(
        `${what}: ${reply === undefined ? (closed ?? inWords(reply)) : inWords(reply)}`,
      ),
    );
    if (closed !== undefined) break;
  }
  return await withControl(probe, session, worst(judgements));
}

/** A share that the probe submits in many forms, and whether the pool has paid it. */
interface Spelled {
  readonly session: ZcashSession;
  readonly submission: Submission;
  paid: string | undefined;
}

async function oneSpelling(probe: PoolProbe): Promise<Judgement> {
  const begin = async (): Promise<Spelled> => {
    const session = await loginZcash(probe);
    return { session, submission: (await session.solve('share')).submission, paid: undefined };
  };
  let spelled = await begin();
  const say = async (what: string, change: (submission: Submission) => Submission, lenient: boolean) => {
    // A pool may close the connection for a form that is not hex. The next form then gets another share.
    if (spelled.session.connection.closed !== undefined) spelled = await begin();
    const { session, submission, paid } = spelled;
    const reply = await session.submit(change(submission));
    if (reply === undefined && session.connection.closed === undefined)
      return fail(`no answer to a share with ${what}`);
    if (!isAccepted(reply)) return undefined;
    if (!lenient) return fail(`accepted with ${what}`);
    if (paid !== undefined) return fail(`accepted ${paid}, and again with ${what}`);
    spelled.paid = `with ${what}`;
    return undefined;
  };
  for (const [what, change] of [...LENIENT, ...DAMAGE]) {
    const wrong = await say(
      what,
      change,
      LENIENT.some(([one]) => one === what),
    );
    if (wrong !== undefined) return wrong;
  }
  if (spelled.session.connection.closed !== undefined) spelled = await begin();
  const { session, submission, paid } = spelled;
  const first = await session.submit(submission);
  if (isAccepted(first) && paid !== undefined) return fail(`accepted ${paid}, and again as it should be`);
  if (!isAccepted(first) && paid === undefined)
    return fail(`the share itself, after the damaged ones: ${inWords(first)}`);
  for (const [what, again] of respell(submission)) {
    if (isAccepted(await session.submit(again))) return fail(`accepted a second time ${what}`);
  }
  return pass(`accepted once${paid === undefined ? '' : `, ${paid}`}`);
}

type Change = readonly [what: string, change: (submission: Submission) => Submission];

const at = (index: number, change: (text: string) => string) => (submission: Submission) =>
  submission.with(index, change(String(submission[index])));

/** Forms of a share that a lenient pool may accept, once. */
const LENIENT: readonly Change[] = [
  ['0x before the solution', at(4, (text) => `0x${text}`)],
  ['a blank after the solution', at(4, (text) => `${text} `)],
  ['0x before nonce2', at(3, (text) => `0x${text}`)],
  ['a blank before the time', at(2, (text) => ` ${text}`)],
  ['0x before the time', at(2, (text) => `0x${text}`)],
];

/** Forms of a share that say something else. */
const DAMAGE: readonly Change[] = [
  ['a letter beyond f in the solution', at(4, (text) => `${text.slice(0, -1)}g`)],
  ['half a byte more in the solution', at(4, (text) => `${text}0`)],
  ['a byte more in the solution', at(4, (text) => `${text}00`)],
  ['a letter beyond f in nonce2', at(3, (text) => `${text.slice(0, -1)}O`)],
];

/** The same bytes in other hex digits. */
function respell(submission: Submission): readonly (readonly [string, Submission])[] {
  const upper = (index: number) => submission.with(index, String(submission[index]).toUpperCase());
  return [
    ['with the solution in capitals', upper(4)],
    ['with nonce2 in capitals', upper(3)],
    ['with the time in capitals', upper(2)],
    ['as it was', submission],
  ];
}
