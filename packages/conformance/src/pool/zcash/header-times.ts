import { decodeHex, encodeHex, readUint32LE, uint32LE } from '@adit/primitives';
import { attack, zip301 } from '../../catalogue/rules.ts';
import { cannotTell } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
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
