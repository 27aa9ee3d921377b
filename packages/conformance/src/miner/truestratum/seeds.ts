import { attack, field, trueStratumDocument } from '../../catalogue/rules.ts';
import { fail, type Judgement, pass } from '../../report/finding.ts';
import { seconds } from '../../report/words.ts';
import type { MinerCheck } from '../check.ts';
import type { Dataset } from '../probe/job.ts';
import type { MinerProbe } from '../probe/miner-probe.ts';
import type { MinerSession } from '../probe/miner-session.ts';
import { survives } from '../probe/survives.ts';
import type { SeedsAnswer } from './datasets.ts';
import { trueStratumDialectOf } from './dialect.ts';

const SHARES = 3;

/** Sends a job with this dataset and waits for three shares of it. @throws Judged `fail` */
async function switchTo(probe: MinerProbe, session: MinerSession, dataset: Dataset): Promise<void> {
  const from = session.submissions.length;
  const job = session.sendJob({ work: trueStratumDialectOf(probe).newWork(dataset) });
  await session.shareOf(job);
  await session.rightShares(job, SHARES, { from });
}

export const otherDataset: MinerCheck = {
  id: 'true-other-dataset',
  title: 'the miner asks for the seeds of an unknown dataset, and mines with it',
  group: 'conformance',
  dialects: ['truestratum'],
  rules: [trueStratumDocument(4), trueStratumDocument(6)],
  sent: 'a clean job with the seedhash of another dataset, and its 10,240 seeds when they are asked for',
  expected: 'mining.seedhash with worker and job, and shares that are valid with that dataset',
  run: async (probe) => {
    const session = await probe.session();
    await probe.share(session);
    await switchTo(probe, session, trueStratumDialectOf(probe).datasets.other);
    const request = session.request('mining.seedhash');
    if (request === undefined) return pass('it had the dataset, and mines with it');
    return pass(`it asked for the seeds, and ${SHARES} shares are right`);
  },
};

export const datasetBack: MinerCheck = {
  id: 'true-dataset-back',
  title: 'shares are right again after a return to the earlier dataset',
  group: 'conformance',
  dialects: ['truestratum'],
  rules: [
    trueStratumDocument(4),
    trueStratumDocument(6),
    field('the reference miner asks for the seeds of epoch 0 as well'),
  ],
  sent: 'a job with another dataset, then one with that of epoch 0; seeds for both when they are asked for',
  expected: 'shares that are valid with the dataset of their job',
  run: async (probe) => {
    const session = await probe.session();
    const { datasets } = trueStratumDialectOf(probe);
    await switchTo(probe, session, datasets.other);
    const { asked } = datasets;
    await switchTo(probe, session, datasets.epoch0);
    const again = datasets.asked > asked;
    return pass(
      `shares are right on both; ${again ? 'it asked for the seeds of epoch 0' : 'it still had epoch 0'}`,
    );
  },
};

/** A check that sends work whose dataset the miner cannot build. */
function unbuildable(
  id: string,
  title: string,
  sent: string,
  answer: SeedsAnswer | 'wrong_seeds',
): MinerCheck {
  return {
    id,
    title,
    group: 'attack',
    dialects: ['truestratum'],
    rules: [attack('T11'), trueStratumDocument(6)],
    sent,
    expected: 'no share of that job, and valid shares of a job with a dataset that the miner has',
    run: async (probe): Promise<Judgement> => {
      const dialect = trueStratumDialectOf(probe);
      const session = await probe.session();
      await probe.share(session);
      const from = session.submissions.length;
      const job = session.sendJob({ work: dialect.newWork(dialect.datasets.unknown(answer)) });
      await session.asked('mining.seedhash', probe.limits.answerMs);
      await session.connection.until(
        () => !session.open || session.faults(from).length > 0,
        probe.limits.graceMs + probe.limits.quietMs,
      );
      const wrong = session.submissions
        .slice(from)
        // Nobody has hashed the nonce "0". It has a check of its own, also where it is a share by chance.
        .find(({ params, verdict }) => params[2] !== '0' && session.isOrFollows(verdict.job, job));
      if (wrong !== undefined) return fail('it sent a share of a job whose dataset it cannot have');
      const judgement = await survives(probe, session, from);
      if (judgement.outcome === 'fail') return judgement;
      return pass(
        `no share for ${seconds(probe.limits.graceMs + probe.limits.quietMs)} or until it left; then ${judgement.came}`,
      );
    },
  };
}

export const wrongSeeds: MinerCheck = unbuildable(
  'true-wrong-seeds',
  'a miner does not mine with seeds of another dataset',
  'a clean job with an unknown seedhash, and 10,240 seeds that do not build it',
  'wrong_seeds',
);

export const noSeeds: MinerCheck = unbuildable(
  'true-no-seeds',
  'a miner does not mine without the seeds',
  'a clean job with an unknown seedhash, and an error in place of the seeds',
  { code: 20, words: 'No seeds for this job' },
);

export const shortSeeds: MinerCheck = unbuildable(
  'true-short-seeds',
  'a miner does not mine with too few seeds',
  'a clean job with an unknown seedhash, and three seeds',
  { result: `[["${'00'.repeat(16)}","${'00'.repeat(16)}","${'00'.repeat(16)}"],"${'00'.repeat(32)}"]` },
);
