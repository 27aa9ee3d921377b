import { fail, type Judgement, pass } from '../../report/finding.ts';
import { attack, field, trueDocument } from '../../rules.ts';
import { survives } from '../alive.ts';
import { type MinerCheck, TRUE } from '../check.ts';
import type { Dataset } from '../job.ts';
import { type MinerSeat, seconds } from '../seat.ts';
import type { MinerStage } from '../stage.ts';
import type { SeedsAnswer } from './datasets.ts';
import { trueDialectOf } from './true-dialect.ts';

const SHARES = 3;

/** A job with this dataset, and three shares of it. @throws Judged `fail` */
async function switchTo(stage: MinerStage, seat: MinerSeat, dataset: Dataset): Promise<void> {
  const from = seat.submissions.length;
  const job = seat.sendJob({ work: trueDialectOf(stage).newWork(dataset) });
  await seat.shareOf(job);
  const right = () =>
    seat.submissions.slice(from).filter(({ verdict }) => verdict.valid && seat.isOrFollows(verdict.job, job));
  await seat.link.until(() => right().length >= SHARES || seat.faults(from).length > 0, stage.limits.shareMs);
  seat.noFaults(from);
}

export const otherDataset: MinerCheck = {
  id: 'true-other-dataset',
  title: 'for a dataset that it does not have the miner asks the seeds, and mines with it',
  group: 'conformance',
  dialects: TRUE,
  rules: [trueDocument(4), trueDocument(6)],
  sent: 'a clean job with the seedhash of another dataset, and its 10,240 seeds when they are asked for',
  expected: 'mining.seedhash with worker and job, and shares that are valid with that dataset',
  run: async (stage) => {
    const seat = await stage.seat();
    await stage.share(seat);
    await switchTo(stage, seat, trueDialectOf(stage).datasets.other);
    const request = seat.requests.find(({ method }) => method === 'mining.seedhash');
    if (request === undefined) return pass('it had the dataset, and mines with it');
    return pass(`it asked for the seeds, and ${SHARES} shares are right`);
  },
};

export const datasetBack: MinerCheck = {
  id: 'true-dataset-back',
  title: 'back on the dataset before, shares are right again',
  group: 'conformance',
  dialects: TRUE,
  rules: [
    trueDocument(4),
    trueDocument(6),
    field('the reference miner asks for the seeds of epoch 0 as well'),
  ],
  sent: 'a job with another dataset, then one with that of epoch 0; seeds for both when they are asked for',
  expected: 'shares that are valid with the dataset of their job',
  run: async (stage) => {
    const seat = await stage.seat();
    const { datasets } = trueDialectOf(stage);
    await switchTo(stage, seat, datasets.other);
    const { asked } = datasets;
    await switchTo(stage, seat, datasets.epoch0);
    const again = datasets.asked > asked;
    return pass(
      `shares are right on both; ${again ? 'it asked for the seeds of epoch 0' : 'it still had epoch 0'}`,
    );
  },
};

/** Work whose dataset nobody can build. */
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
    dialects: TRUE,
    rules: [attack('T11'), trueDocument(6)],
    sent,
    expected: 'no share of that job, and valid shares of a job with a dataset that the miner has',
    run: async (stage): Promise<Judgement> => {
      const dialect = trueDialectOf(stage);
      const seat = await stage.seat();
      await stage.share(seat);
      const from = seat.submissions.length;
      const job = seat.sendJob({ work: dialect.newWork(dialect.datasets.unknown(answer)) });
      await seat.asked('mining.seedhash', stage.limits.answerMs);
      await seat.link.until(
        () => !seat.open || seat.faults(from).length > 0,
        stage.limits.graceMs + stage.limits.quietMs,
      );
      const wrong = seat.submissions.slice(from).find(({ verdict }) => seat.isOrFollows(verdict.job, job));
      if (wrong !== undefined) return fail('it sent a share of a job whose dataset it cannot have');
      const judgement = await survives(stage, seat, from);
      if (judgement.outcome === 'fail') return judgement;
      return pass(
        `no share for ${seconds(stage.limits.graceMs + stage.limits.quietMs)} or until it left; then ${judgement.came}`,
      );
    },
  };
}

export const wrongSeeds: MinerCheck = unbuildable(
  'true-wrong-seeds',
  'with seeds that build another dataset nothing is mined',
  'a clean job with an unknown seedhash, and 10,240 seeds that do not build it',
  'wrong_seeds',
);

export const noSeeds: MinerCheck = unbuildable(
  'true-no-seeds',
  'without seeds nothing is mined',
  'a clean job with an unknown seedhash, and an error in place of the seeds',
  { code: 20, words: 'No seeds for this job' },
);

export const shortSeeds: MinerCheck = unbuildable(
  'true-short-seeds',
  'with too few seeds nothing is mined',
  'a clean job with an unknown seedhash, and three seeds',
  { result: `[["${'00'.repeat(16)}","${'00'.repeat(16)}","${'00'.repeat(16)}"],"${'00'.repeat(32)}"]` },
);
