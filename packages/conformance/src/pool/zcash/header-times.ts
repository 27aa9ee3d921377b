import { decodeHex, encodeHex, readUint32LE, uint32LE } from '@adit/primitives';
import { CODE } from '../../catalogue/codes.ts';
import { attack, field, zcashDocument, zip301 } from '../../catalogue/rules.ts';
import { cannotTell, fail, Judged, type Judgement, notApplicable, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { hasCode, inWords, isAccepted } from '../probe/replies.ts';
import { notAgain } from '../tools/still-serves.ts';
import { loginZcash } from './session/login.ts';
import { noneAccepted } from './submissions.ts';

const RULES = [attack('T06'), zip301('mining.submit()')];
/** Three hours. A chain does not take a block that is two hours ahead of its clock. */
const AHEAD_SECONDS = 3 * 3_600;
/** A day. The limit is the median of the last eleven blocks, which do not span a day. */
const BEHIND_SECONDS = 24 * 3_600;

/** Checks of attack T06: the time of a header is part of the proof, and has limits. */
export const HEADER_TIMES: readonly PoolCheck[] = [
  shifted(
    'zcash-time-ahead',
    'a header three hours ahead is refused',
    'three hours ahead of the clock',
    (job) => Math.max(Math.floor(Date.now() / 1000), job) + AHEAD_SECONDS,
  ),
  shifted(
    'zcash-time-behind',
    'a header a day older than its job is refused',
    'a day before that of the job',
    (job) => job - BEHIND_SECONDS,
  ),
  {
    id: 'zcash-time-rolled',
    title: 'a time that a miner has moved on by a second is taken, or refused as a time',
    group: 'conformance',
    dialects: ['zcash'],
    rules: [
      zip301('mining.submit()'),
      zcashDocument(5),
      field('some move the time when their nonces run out'),
    ],
    sent: 'a share that was solved for a header time one second after that of the job',
    expected: 'accepted; a pool may want the time of the job, and then refuses with 20',
    run: async (probe) => await rolled(probe),
  },
  {
    id: 'zcash-time-spelling',
    title: 'the time has one spelling: four bytes as in a header',
    group: 'attack',
    dialects: ['zcash'],
    rules: RULES,
    sent: 'a share with its time as a number, in the other byte order, with a digit less, with two more, signed, not at all',
    expected: 'an error each time',
    run: async (probe) => {
      const session = await loginZcash(probe);
      const { submission } = await session.solve('share');
      const time = String(submission[2]);
      const bytes = decodeHex(time, 4, 'time');
      const times: Record<string, unknown> = {
        'as a number': readUint32LE(bytes),
        'in the other byte order': encodeHex(bytes.toReversed()),
        'with a digit less': time.slice(0, -1),
        'with two digits more': `${time}00`,
        signed: `-${time.slice(1)}`,
        empty: '',
        null: null,
      };
      if (encodeHex(bytes.toReversed()) === time) delete times['in the other byte order'];
      return await noneAccepted(
        probe,
        session,
        Object.entries(times).map(([what, value]) => [what, submission.with(2, value)]),
      );
    },
  },
  {
    id: 'zcash-time-replay',
    title: 'a share is not paid again under another time',
    group: 'attack',
    dialects: ['zcash'],
    rules: [...RULES, attack('T04')],
    sent: 'an accepted share again, with its time a second later',
    expected: 'an error: the proof holds for one time only',
    run: async (probe) => {
      const session = await loginZcash(probe);
      const submission = await session.accepted();
      const later = readUint32LE(decodeHex(submission[2], 4, 'time')) + 1;
      const reply = await session.submit(submission.with(2, encodeHex(uint32LE(later))));
      return await notAgain(probe, session.connection, reply);
    },
  },
];

function shifted(id: string, title: string, what: string, timeOf: (jobTime: number) => number): PoolCheck {
  return {
    id,
    title,
    group: 'attack',
    dialects: ['zcash'],
    rules: RULES,
    sent: `a share that was solved for a header time ${what}`,
    expected: 'an error: no chain would take such a block; a right share is taken afterwards',
    run: async (probe) => {
      const session = await loginZcash(probe);
      const job = await session.job();
      const time = timeOf(readUint32LE(decodeHex(job.time, 4, 'time')));
      if (time < 0 || time > 0xffff_ffff) return cannotTell(`the job's time ${job.time} leaves no room`);
      const { submission } = await session.solve('share', job, { time });
      return await noneAccepted(probe, session, [[what, submission]]);
    },
  };
}

/** A pool's clock need not agree with the probe's to the second. */
const CLOCK_MS = 1_000;
/** A job whose time is further ahead than this belongs to a pool with another clock. */
const MOST_AHEAD_MS = 10_000;

async function rolled(probe: PoolProbe): Promise<Judgement> {
  const session = await loginZcash(probe);
  const reply = await session.submitFresh(async (job) => {
    const time = readUint32LE(decodeHex(job.time, 4, 'time')) + 1;
    // A pool may refuse a time ahead of its clock.
    const ahead = time * 1000 + CLOCK_MS - Date.now();
    if (ahead > MOST_AHEAD_MS) throw new Judged(cannotTell('the time of the job is ahead of the clock'));
    if (ahead > 0) await session.connection.until(() => session.movedOn(job), ahead);
    const { submission } = await session.solve('share', job, { time });
    return await session.submit(submission);
  });
  if (isAccepted(reply)) return pass('accepted');
  // ZIP 301 lets a pool want the time unchanged. A pool that hashes the header with another time refuses for another reason.
  return hasCode(reply, [CODE.other])
    ? notApplicable(`it wants the time of the job, as it may: ${inWords(reply)}`)
    : fail(inWords(reply));
}
