import { firstNonceOf, hasPrefix, nonceReadings } from '@adit/stratum';
import type { Reply } from '@adit/wire';
import { CODE } from '../../catalogue/codes.ts';
import { attack, field, trueStratumDocument } from '../../catalogue/rules.ts';
import { cannotTell, fail, type Judgement, notApplicable, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { codeOf, inWords, isAccepted, isRefused, isTurnedDown, worst } from '../probe/replies.ts';
import { judgeTurnedDown, notAgain } from '../tools/still-serves.ts';
import { loginTrueStratum } from './session/login.ts';
import { isOneOf, lenientForms, spellings, wrongForms } from './session/nonce-spellings.ts';
import type { TrueStratumSeenJob } from './session/seen-jobs.ts';
import { submitSpelled } from './session/share-tools.ts';
import type { TrueStratumSession } from './session/truestratum-session.ts';
import { isShare, mustBeSelective, type Wanted } from './session/wanted.ts';

const TOP = 1n << 63n;
/** A miner has about this many threads, and all of them send nonce 0 when the dataset changes. */
const ZEROS = 8;
/** A farm may switch on this many machines together, all of which submit the same nonce. */
const DUPLICATES = 20;

/** Checks of nonces: their range, their spellings, and duplicates. */
export const TRUESTRATUM_NONCES: readonly PoolCheck[] = [
  {
    id: 'true-nonce-outside-range',
    title: "a nonce that does not begin with the connection's extranonce is answered, and paid at most once",
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(5), field('they never use the extranonce'), attack('T04')],
    sent: 'a share whose nonce begins with other bytes than the extranonce; once more where it was accepted',
    expected:
      'result true, or an error where the pool holds miners to the extranonce; the second time an error',
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      if (session.nonce1.length === 0)
        return notApplicable('the extranonce is empty: every nonce is in its range');
      let again = async (): Promise<Reply | undefined> => undefined;
      const reply = await session.submitFresh(async (job) => {
        const nonce = await session.solve(isShare, job, (firstNonceOf(session.nonce1) ^ TOP) | random(40));
        again = async () => await submitSpelled(session, job, `"${nonce}"`);
        return await again();
      });
      if (isAccepted(reply)) return await notAgain(probe, session.connection, await again());
      const what =
        'a share outside the range of its connection, which miners find that ignore the extranonce';
      return await judgeTurnedDown(probe, session.connection, reply, what);
    },
  },
  {
    id: 'true-nonce-64-bits',
    title: 'a nonce above 2^63 is read with all its digits',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(5), field('they begin anywhere in 64 bits')],
    sent: 'a share whose nonce is above 2^63 and no double can hold',
    expected: 'result true',
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      const start = TOP | random(62);
      const reply = await session.submitFresh(async (job) => {
        const nonce = await session.solve(isShareNoDoubleHolds, job, start);
        return await submitSpelled(session, job, `"${nonce}"`);
      });
      if (isAccepted(reply)) return pass(inWords(reply));
      const mayBeStrict = !hasPrefix(start, session.nonce1);
      return (mayBeStrict ? cannotTell : fail)(
        `${inWords(reply)}${mayBeStrict ? ', perhaps because it does not begin with the extranonce' : ''}`,
      );
    },
  },
  {
    id: 'true-nonce-zero',
    title: 'the nonce "0" of a miner that changes its dataset is refused, and mining goes on',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [field('their threads submit "0" for the new job when the dataset changes')],
    sent: `mining.submit with the nonce "0", ${ZEROS} times, then a share, and a new connection`,
    expected:
      'an error each time where "0" is not a share; the share is accepted, the address is still served',
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      const job = await session.job();
      const isNone = !(await isOneOf(session, job, nonceReadings(0n, session.nonce1)));
      for (let i = 0; i < ZEROS; i += 1) {
        const reply = await submitSpelled(session, job, '"0"');
        if (reply === undefined) return fail(`no answer${session.connection.ending}`);
        if (isNone && !isRefused(reply)) return fail(`a nonce that is not a share: ${inWords(reply)}`);
      }
      const reply = await session.submitFresh();
      if (!isAccepted(reply)) return fail(`the share after it: ${inWords(reply)}`);
      if (!(await probe.serves())) return fail('the pool no longer serves this address');
      return pass(`${isNone ? 'refused' : '"0" happened to be a share'}; the share after it was accepted`);
    },
  },
  {
    id: 'true-nonce-collision',
    title: 'a miner whose threads began at one nonce stays: its duplicates are refused, its shares paid',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [field('threads and machines that start in one second search the same nonces')],
    sent: `the nonce of an accepted share ${DUPLICATES} times more, then another share, and a new connection`,
    expected: 'an error each time; the other share is accepted, the address is still served',
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      const job = await session.job();
      const share = await session.good(job);
      const first = await session.submit(share);
      if (!isAccepted(first)) return cannotTell(`a right share was not accepted: ${inWords(first)}`);
      for (let i = 0; i < DUPLICATES; i += 1) {
        const reply = await session.submit(share);
        if (!isRefused(reply))
          return fail(`duplicate ${i + 1}: ${inWords(reply)}${session.connection.ending}`);
      }
      const reply = await session.submitFresh();
      if (!isAccepted(reply)) return fail(`another share: ${inWords(reply)}${session.connection.ending}`);
      if (!(await probe.serves())) return fail('the pool no longer serves this address');
      return pass(`${DUPLICATES} duplicates refused, then another share accepted`);
    },
  },
  {
    id: 'true-nonce-forms',
    title: 'a nonce must be an unsigned 64-bit integer; a pool that reads other forms pays the share once',
    group: 'attack',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(5), attack('T02'), attack('T13')],
    sent: 'the nonce of a share negative, beyond 2^64, with a fraction, an exponent, a sign, spaces, other digits, junk',
    expected:
      'the pool refuses other numbers and forms that are not numbers; it accepts the nonce once, in digits or in one of the other forms',
    run: judgeForms,
  },
  {
    id: 'true-nonce-spellings',
    title: 'a nonce in other spellings is paid once',
    group: 'attack',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(5), attack('T02')],
    sent: 'the nonce of an accepted share with leading zeros, in hex, as a number, and without the extranonce',
    expected: 'each is refused',
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      const job = await session.job();
      mustBeSelective(job);
      const nonce = await session.solve(isShare, job);
      const first = await submitSpelled(session, job, `"${nonce}"`);
      if (!isAccepted(first)) return cannotTell(`a right share was not accepted: ${inWords(first)}`);
      const judgements = [];
      for (const [what, text] of await spellings(session, job, nonce)) {
        const reply = await submitSpelled(session, job, text);
        judgements.push((isRefused(reply) ? pass : fail)(`${what}: ${inWords(reply)}`));
      }
      return worst(judgements);
    },
  },
];

/** A share that the probe submits in many forms. */
interface Formed {
  readonly session: TrueStratumSession;
  readonly job: TrueStratumSeenJob;
  readonly nonce: bigint;
  /** The JSON text of each form, by the name of the form. */
  readonly wrong: ReadonlyMap<string, string>;
  readonly lenient: ReadonlyMap<string, string>;
  /** The form that the pool has paid. */
  paid: string | undefined;
}

async function beginForms(probe: PoolProbe): Promise<Formed> {
  const session = await loginTrueStratum(probe);
  const job = await session.job();
  mustBeSelective(job);
  const nonce = await session.solve(isShare, job);
  const [wrong, lenient] = [new Map(wrongForms(nonce)), new Map(lenientForms(nonce))];
  return { session, job, nonce, wrong, lenient, paid: undefined };
}

/** Submits one share in every form. A pool may read lenient forms, as long as it pays the share once. */
async function judgeForms(probe: PoolProbe): Promise<Judgement> {
  let formed = await beginForms(probe);
  for (const what of [...formed.wrong.keys(), ...formed.lenient.keys()]) {
    // A pool may close the connection for a form that is not a nonce. The next form then gets another share.
    if (formed.session.connection.closed !== undefined) formed = await beginForms(probe);
    const { session, job, wrong, lenient, paid } = formed;
    const text = wrong.get(what) ?? lenient.get(what);
    if (text === undefined) continue;
    const reply = await submitSpelled(session, job, text);
    if (isTurnedDown(reply, session.connection)) continue;
    if (!isAccepted(reply) || wrong.has(what)) return fail(`${what} (${text}): ${inWords(reply)}`);
    if (paid !== undefined) return fail(`accepted with ${paid}, and again with ${what} (${text})`);
    formed.paid = what;
  }
  if (formed.session.connection.closed !== undefined) formed = await beginForms(probe);
  const { session, job, nonce, paid } = formed;
  const reply = await submitSpelled(session, job, `"${nonce}"`);
  if (paid !== undefined) {
    const twice = isAccepted(reply);
    return (twice ? fail : pass)(`accepted with ${paid}, ${twice ? 'and again in digits' : 'and only so'}`);
  }
  if (codeOf(reply) === CODE.duplicate) return fail(`one of them was counted: then ${inWords(reply)}`);
  if (!isAccepted(reply)) return cannotTell(`the nonce in digits: ${inWords(reply)}`);
  return pass('each was refused, and the nonce in digits accepted');
}

/** Larger numbers lose digits where a pool reads them as doubles. */
const isShareNoDoubleHolds: Wanted = (halves, target, nonce) =>
  BigInt(Number(nonce)) !== nonce && isShare(halves, target, nonce);

function random(bits: number): bigint {
  const [value = 0n] = crypto.getRandomValues(new BigUint64Array(1));
  return value & ((1n << BigInt(bits)) - 1n);
}
