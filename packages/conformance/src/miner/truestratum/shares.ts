import { encodeHex, targetToHex } from '@adit/primitives';
import { hasPrefix, notificationLine } from '@adit/stratum';
import { shown } from '@adit/wire';
import { field, trueStratumDocument } from '../../catalogue/rules.ts';
import { fail, notApplicable, pass } from '../../report/finding.ts';
import { seconds } from '../../report/words.ts';
import type { MinerCheck } from '../check.ts';
import { trueStratumDialectOf } from './dialect.ts';

const ENOUGH = 8;

export const decimalNonce: MinerCheck = {
  id: 'true-decimal-nonce',
  title: 'a nonce is an unsigned 64-bit number, decimal, in a string',
  group: 'conformance',
  dialects: ['truestratum'],
  rules: [trueStratumDocument(5)],
  sent: 'a job',
  expected: 'three parameters: worker, job, and a nonce below 2^64 in decimal digits',
  run: async (probe) => {
    const share = await (await probe.session()).anySubmission();
    if (share.params.length !== 3) return fail(`it has ${share.params.length} parameters, not 3`);
    const nonce = share.params[2];
    if (typeof nonce !== 'string' || !/^[0-9]{1,20}$/.test(nonce))
      return fail(`its nonce is ${shown(nonce)}`);
    if (BigInt(nonce) >= 1n << 64n) return fail(`its nonce ${nonce} is not below 2^64`);
    return pass(`${nonce}`);
  },
};

export const zeroNonce: MinerCheck = {
  id: 'true-zero-nonce',
  title: 'a nonce "0" comes only where it is a share',
  group: 'conformance',
  dialects: ['truestratum'],
  rules: [
    trueStratumDocument(5),
    field('threads of the reference miner submit "0" when a job or a dataset changes'),
  ],
  sent: 'jobs with another dataset and with that of epoch 0, and a target that no hash meets; what came in the checks before counts as well',
  expected: 'no submission of the nonce "0" that is no share',
  run: async (probe) => {
    const session = await probe.session();
    const dialect = trueStratumDialectOf(probe);
    const { other, epoch0 } = dialect.datasets;
    const before = dialect.zeros;
    for (const dataset of [other, epoch0]) {
      // Under this target "0" is no share by chance either.
      session.sendJob({ target: 1n, work: dialect.newWork(dataset) });
      await session.connection.until(() => dialect.zeros > before, probe.limits.quietMs);
    }
    await probe.share(session);
    if (dialect.zeros === 0) return pass('none came');
    return fail(`${dialect.zeros} came that are no shares: a pool answers each of them with an error`);
  },
};

export const jobAfterShare: MinerCheck = {
  id: 'true-job-after-share',
  title: 'another job id for the same header is mined, under its own id',
  group: 'conformance',
  dialects: ['truestratum'],
  rules: [
    trueStratumDocument(4),
    field('the reference miner rests after a share until it sees another job id'),
  ],
  sent: 'a job, and after a share of it the same header under another id, clean',
  expected: 'valid shares with the new id',
  run: async (probe) => {
    const session = await probe.session();
    const { job } = (await probe.share(session)).verdict;
    if (job === undefined) return fail('no share came');
    const from = session.submissions.length;
    await probe.share(session, { work: job.work });
    session.noFaults(from);
    return pass('it goes on under the new id');
  },
};

export const shortTarget: MinerCheck = {
  id: 'true-16-digit-target',
  title: 'a target of 16 digits is the high half of one of 32, or ignored',
  group: 'conformance',
  dialects: ['truestratum'],
  rules: [
    trueStratumDocument(3),
    field("the reference miner takes 32 digits, and the document's example has 16"),
  ],
  sent: 'a target four times as hard with 16 digits, and a clean job',
  expected: 'only shares within it; a miner that passes it over stays with the target that it has',
  run: async (probe) => {
    const session = await probe.session();
    const old = (await probe.share(session)).verdict.job?.target ?? probe.easyTarget;
    const high = probe.dialect.targetOf(probe.dialect.weight(old) * 4n) >> 64n;
    const hard = high << 64n;
    session.connection.send(notificationLine('mining.set_difficulty', [targetToHex(hard, 16).slice(0, 16)]));
    const from = session.submissions.length;
    // The job keeps the old target, so that shares of a miner that ignores the new one are not wrong.
    const job = session.sendJob({ target: old });
    await session.shareOf(job);
    const right = await session.rightShares(job, ENOUGH, { from });
    if (right.length < ENOUGH) return fail(`only ${right.length} shares in ${seconds(probe.limits.shareMs)}`);
    const within = right.filter(({ params, verdict }) => {
      return verdict.valid && probe.dialect.judge(params, { ...verdict.job, target: hard }).verdict.valid;
    });
    session.sendTarget(old);
    if (within.length === right.length) return pass(`${ENOUGH} shares, all within the new target`);
    return notApplicable('it takes targets of 32 digits only, as the reference miner does');
  },
};

export const extranonce: MinerCheck = {
  id: 'true-extranonce',
  title: 'nonces begin with the extranonce, all of them or none',
  group: 'conformance',
  dialects: ['truestratum'],
  rules: [
    trueStratumDocument(1),
    trueStratumDocument(5),
    field('the reference miner takes no notice of the extranonce'),
  ],
  sent: 'an extranonce of three bytes, and jobs',
  expected: 'valid shares, with one way to make nonces',
  run: async (probe) => {
    const nonce1 = crypto.getRandomValues(new Uint8Array(3));
    const session = await probe.login(await probe.freshSession({ nonce1 }));
    const job = session.sendJob();
    await session.shareOf(job);
    await session.connection.until(() => session.submissions.length >= ENOUGH, probe.limits.shareMs);
    session.noFaults();
    const nonces = session.submissions.flatMap(({ params, verdict }) =>
      typeof params[2] === 'string' && verdict.valid ? [BigInt(params[2])] : [],
    );
    const within = nonces.filter((nonce) => hasPrefix(nonce, nonce1)).length;
    if (within === nonces.length) return pass(`all of ${nonces.length} begin with ${encodeHex(nonce1)}`);
    if (within === 0) return pass('none does, as with the reference miner: a proxy cannot share out nonces');
    return fail(`${within} of ${nonces.length} nonces begin with ${encodeHex(nonce1)}`);
  },
};
