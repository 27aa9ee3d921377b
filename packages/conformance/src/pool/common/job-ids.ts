import { encodeHex } from '@adit/primitives';
import { DIALECTS } from '@adit/stratum';
import { shown } from '@adit/wire';
import { attack, trueStratumDocument, zip301 } from '../../catalogue/rules.ts';
import { cannotTell, fail, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import { inWords, isAccepted, isRefused, judgeRefusal } from '../probe/replies.ts';
import { jobCodes } from '../tools/codes.ts';
import { shareOrNot } from '../tools/fresh-shares.ts';
import { ifServes } from '../tools/still-serves.ts';

/** Checks of attack T07: a pool knows a job only under the exact id that it gave out. */
export const JOB_IDS: readonly PoolCheck[] = [
  {
    id: 'unknown-job',
    title: 'a share for an unknown job is refused for that reason',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [zip301('Error Objects'), trueStratumDocument(5)],
    sent: 'a well-formed submission under a job id that was never given out',
    expected: 'error 21 (TrueStratum: -1 or 21)',
    run: async (probe) => {
      const session = await probe.login();
      const id = encodeHex(crypto.getRandomValues(new Uint8Array(8)));
      const reply = await session.submit(session.withJob(await session.wrong(), id));
      return judgeRefusal(reply, jobCodes(probe), 'unknown job');
    },
  },
  {
    id: 'hostile-job-ids',
    title: 'a job id is accepted only in its exact form',
    group: 'attack',
    dialects: DIALECTS,
    rules: [attack('T07')],
    sent: 'a right share under __proto__, constructor, 10 KB, numbers, null, objects, and its own job id in other spellings',
    expected: 'an error each time, and nothing accepted; the pool serves on',
    run: async (probe) => {
      let session = await probe.login();
      let job = await session.job();
      let share = await shareOrNot(session, job);
      let refused = 0;
      const count = hostileIds(job.id).length;
      for (let i = 0; i < count; i += 1) {
        const id = hostileIds(job.id)[i];
        const reply = await session.submit(session.withJob(share, id));
        if (isAccepted(reply)) return fail(`${shown(id)} for ${shown(job.id)}: accepted`);
        if (isRefused(reply)) refused += 1;
        else if (session.connection.closed === undefined) return fail(`${shown(id)}: ${inWords(reply)}`);
        if (session.connection.closed === undefined) continue;
        if (!(await probe.serves())) return fail(`${shown(id)}: the pool no longer serves`);
        session = await probe.login();
        job = await session.job();
        share = await shareOrNot(session, job);
      }
      // Where the pool refuses the share too, the job ids may not be the reason of the refusals.
      const real = await session.submit(share);
      if (!isAccepted(real)) return cannotTell(`the share itself, after the other ids: ${inWords(real)}`);
      return await ifServes(probe, pass(`${refused} of ${count} refused, none accepted`));
    },
  },
];

/** @param real the id of a live job */
function hostileIds(real: string): readonly unknown[] {
  const spellings: unknown[] = [
    ` ${real}`,
    `${real} `,
    `${real}\n`,
    `0${real}`,
    `00${real}`,
    `+${real}`,
    `0x${real}`,
    `${real}\0`,
  ];
  const cases = [real.toUpperCase(), real.toLowerCase()].filter((text) => text !== real);
  // A number with the digits of the text.
  const number = /^(0|[1-9]\d{0,14})$/.test(real) ? [Number(real)] : [Number.parseInt(real, 16) || 1];
  return [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '',
    ' ',
    'null',
    '0',
    '-1',
    '9'.repeat(400),
    'j'.repeat(10_000),
    ...number,
    0,
    -1,
    1e308,
    null,
    true,
    [],
    [real],
    {},
    { toString: real },
    ...spellings,
    ...cases,
  ].filter((id) => id !== real);
}
