import { fail, pass } from '../../report/finding.ts';
import { field, zip301 } from '../../rules.ts';
import { type MinerCheck, ZCASH } from '../check.ts';
import { sharesOf } from '../common/jobs.ts';
import { zcashDialectOf } from './zcash-dialect.ts';

export const unknownVersion: MinerCheck = {
  id: 'zcash-unknown-version',
  title: 'a job with an unknown header version is ignored',
  group: 'conformance',
  dialects: ZCASH,
  rules: [zip301('mining.notify()')],
  sent: 'a clean job with header version 5, and later a good one',
  expected: 'no share of the unknown version, and shares of the good job',
  run: async (stage) => {
    const seat = await stage.seat();
    await stage.share(seat);
    const from = seat.submissions.length;
    const work = zcashDialectOf(stage).newWork();
    const id = 'probe-version-5';
    const line = stage.dialect.notifyLine({
      id,
      work: { ...work, version: 5 },
      clean: true,
      target: stage.dialect.widestTarget,
      paced: false,
      nonce1: seat.nonce1,
      sentAt: 0,
    });
    seat.link.send(line);
    await seat.link.until(
      () => sharesOf(seat, id, from).length > 0,
      stage.limits.graceMs + stage.limits.quietMs,
    );
    if (sharesOf(seat, id, from).length > 0) return fail('it sent a share of the job with version 5');
    if (!seat.open) return fail(`it left: ${seat.link.closed}`);
    await stage.share(seat);
    if (sharesOf(seat, id, from).length > 0) return fail('it sent a share of the job with version 5');
    return pass('no share of it, and shares of the next job');
  },
};

export const extraParams: MinerCheck = {
  id: 'zcash-extra-params',
  title: 'a ninth and a tenth parameter of a job are taken or passed over',
  group: 'conformance',
  dialects: ZCASH,
  rules: [field('parameters and personalization behind the job, for miners that guess them')],
  sent: 'a job with two more parameters, such as "200_9" and "ZcashPoW"',
  expected: 'valid shares of it',
  run: async (stage) => {
    const seat = await stage.seat();
    const { n, k, personalization } = zcashDialectOf(stage).equihash;
    await stage.share(seat, { extras: [`${n}_${k}`, personalization] });
    return pass('it mines the job');
  },
};
