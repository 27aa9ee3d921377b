import { blockHalf, fruitHalf, TrueHashDataset, TrueHasher } from '@adit/pow';
import { SEED_BYTES, SEED_COUNT } from '@adit/stratum';
import type { Reply } from '@adit/wire';
import { attack, field, trueStratumDocument } from '../../catalogue/rules.ts';
import { fail, type Judgement, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { inWords, isAccepted, judgeAccepted, judgeRefused } from '../probe/replies.ts';
import { loginTrueStratum } from './session/login.ts';
import type { TrueStratumSeenJob } from './session/seen-jobs.ts';
import { submitSpelled } from './session/share-tools.ts';
import type { TrueStratumSession } from './session/truestratum-session.ts';
import {
  isNearMiss,
  isShare,
  isShareByBlock,
  isShareByFruit,
  isWrong,
  mustBeSelective,
  type Wanted,
} from './session/wanted.ts';

/** Checks of which nonces are shares. */
export const TRUESTRATUM_SHARES: readonly PoolCheck[] = [
  {
    id: 'true-share-accepted',
    title: 'a share is accepted as the decimal digits of the whole nonce',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(5), field('one decimal string of the whole 64 bits, id 244')],
    sent: 'mining.submit with id 244, worker, job id and the nonce of a share',
    expected: 'id 244, result true, error null',
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      const reply = await session.submitFresh(async (job) => await trySolving(session, job, isShare));
      const right = isAccepted(reply) && reply?.error === null;
      return (right ? pass : fail)(inWords(reply));
    },
  },
  {
    id: 'true-share-block-half',
    title: 'a share is accepted where only the block half meets the target',
    group: 'attack',
    dialects: ['truestratum'],
    rules: [attack('T11'), field('either half below the one target is a share')],
    sent: 'a share whose first half alone is below the target',
    expected: 'result true',
    run: async (probe) => await byHalf(probe, isShareByBlock),
  },
  {
    id: 'true-share-fruit-half',
    title: 'a share is accepted where only the fruit half meets the target',
    group: 'attack',
    dialects: ['truestratum'],
    rules: [attack('T11'), field('either half below the one target is a share')],
    sent: 'a share whose second half alone is below the target',
    expected: 'result true',
    run: async (probe) => await byHalf(probe, isShareByFruit),
  },
  {
    id: 'true-share-above-target',
    title: 'a nonce is refused where both halves are just above the target',
    group: 'attack',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(5), attack('T09'), field('23 is low difficulty')],
    sent: 'a nonce whose better half misses the target by less than a quarter of it',
    expected: 'an error',
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      const reply = await session.submitFresh(async (job) => {
        mustBeSelective(job);
        return await trySolving(session, job, isNearMiss);
      });
      return judgeRefused(reply, 'a near miss');
    },
  },
  {
    id: 'true-share-other-header',
    title: 'a share for a header that differs in one bit is refused',
    group: 'attack',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(5), attack('T11')],
    sent: 'a nonce that is a share for another header, but not for that of the job',
    expected: 'refused',
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      const job = await session.job();
      mustBeSelective(job);
      const headerHash = Uint8Array.from(job.headerHash, (byte, i) => (i === 31 ? byte ^ 1 : byte));
      const nonce = await solveElsewhere(session, job, await session.hasher(job), headerHash);
      return judgeRefused(await submitSpelled(session, job, `"${nonce}"`), 'a share of another header');
    },
  },
  {
    id: 'true-share-other-dataset',
    title: 'a share of another dataset is refused',
    group: 'attack',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(5), attack('T11')],
    sent: 'a nonce that is a share with another dataset, but not with that of the job',
    expected: 'refused',
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      const job = await session.job();
      mustBeSelective(job);
      const dataset = TrueHashDataset.fromSeeds(new Uint8Array(SEED_COUNT * SEED_BYTES).fill(5));
      const nonce = await solveElsewhere(session, job, new TrueHasher(dataset), job.headerHash);
      return judgeRefused(await submitSpelled(session, job, `"${nonce}"`), 'a share of another dataset');
    },
  },
];

async function byHalf(probe: PoolProbe, wanted: Wanted): Promise<Judgement> {
  const session = await loginTrueStratum(probe);
  const reply = await session.submitFresh(async (job) => {
    mustBeSelective(job);
    return await trySolving(session, job, wanted);
  });
  return judgeAccepted(reply);
}

async function trySolving(
  session: TrueStratumSession,
  job: TrueStratumSeenJob,
  wanted: Wanted,
): Promise<Reply | undefined> {
  return await submitSpelled(session, job, `"${await session.solve(wanted, job)}"`);
}

/** Finds a nonce that is a share of another header or dataset, and not of the job. */
async function solveElsewhere(
  session: TrueStratumSession,
  job: TrueStratumSeenJob,
  hasher: TrueHasher,
  headerHash: Uint8Array,
): Promise<bigint> {
  return await session.solve((halves, target, nonce) => {
    if (!isWrong(halves, target, nonce)) return false;
    const digest = hasher.hash(headerHash, nonce);
    return blockHalf(digest) < target || fruitHalf(digest) < target;
  }, job);
}
