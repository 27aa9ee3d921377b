import { field, zip301 } from '../../catalogue/rules.ts';
import { fail, pass } from '../../report/finding.ts';
import type { MinerCheck } from '../check.ts';
import { sharesOf } from '../common/jobs.ts';
import { zcashDialectOf } from './dialect.ts';

export const unknownVersion: MinerCheck = {
  id: 'zcash-unknown-version',
  title: 'a job with an unknown header version is ignored',
  group: 'conformance',
  dialects: ['zcash'],
  rules: [zip301('mining.notify()')],
  sent: 'a clean job with header version 5, and later a good one',
  expected: 'no share of the unknown version, and shares of the good job',
  run: async (probe) => {
    const session = await probe.session();
    await probe.share(session);
    const from = session.submissions.length;
    const work = zcashDialectOf(probe).newWork();
    const id = 'probe-version-5';
    const line = probe.dialect.notifyLine({
      id,
      work: { ...work, version: 5 },
      clean: true,
      target: probe.dialect.widestTarget,
      targetByVardiff: false,
      nonce1: session.nonce1,
      sentAt: 0,
    });
    session.connection.send(line);
    await session.connection.until(
      () => sharesOf(session, id, from).length > 0,
      probe.limits.graceMs + probe.limits.quietMs,
    );
    if (sharesOf(session, id, from).length > 0) return fail('it sent a share of the job with version 5');
    if (!session.open) return fail(`it left: ${session.connection.closed}`);
    await probe.share(session);
    if (sharesOf(session, id, from).length > 0) return fail('it sent a share of the job with version 5');
    return pass('no share of it, and shares of the next job');
  },
};

export const extraParams: MinerCheck = {
  id: 'zcash-extra-params',
  title: 'a ninth and a tenth parameter of a job are taken or ignored',
  group: 'conformance',
  dialects: ['zcash'],
  rules: [field('parameters and personalization after the job, for miners that guess them')],
  sent: 'a job with two more parameters, such as "200_9" and "ZcashPoW"',
  expected: 'valid shares of it',
  run: async (probe) => {
    const session = await probe.session();
    const { n, k, personalization } = zcashDialectOf(probe).equihash;
    await probe.share(session, { extras: [`${n}_${k}`, personalization] });
    return pass('it mines the job');
  },
};
