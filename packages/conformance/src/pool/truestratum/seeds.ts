import { EPOCH0_DATASET_HASH, TrueHashDataset } from '@adit/pow';
import { encodeHex } from '@adit/primitives';
import { SEED_COUNT } from '@adit/stratum';
import { type Reply, shown } from '@adit/wire';
import { attack, field, trueStratumDocument } from '../../catalogue/rules.ts';
import { cannotTell, fail, type Judgement, notApplicable, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolConnection } from '../probe/pool-connection.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { inWords, isRefused, judgeAccepted, judgeRefused, worst } from '../probe/replies.ts';
import { responsesFrom } from '../tools/messages.ts';
import { ifServes } from '../tools/still-serves.ts';
import { loginTrueStratum } from './session/login.ts';
import type { TrueStratumSeenJob } from './session/seen-jobs.ts';
import { jobAfter, repliesOf, SEEDS_ID, submitLine } from './session/share-tools.ts';
import { readSeeds } from './session/truestratum-session.ts';

/** Requests for seeds; each answer has 370 KB. */
const UNREAD = 64;

/** Checks of the answers to `mining.seedhash`. */
export const TRUESTRATUM_SEEDS: readonly PoolCheck[] = [
  {
    id: 'true-seeds-shape',
    title: 'mining.seedhash is answered with 10240 seeds and the seedhash of the job',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(6), field('the id is 5, and each length is checked')],
    sent: 'mining.seedhash with id 5, worker and job id',
    expected:
      "id 5, result [[10240 strings of 32 lower-case digits], the job's seedhash], error null, in one line",
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      const job = await session.job();
      const reply = await askSeeds(session.connection, session.worker, job.id);
      if (reply === undefined) return fail('no answer that is JSON');
      if (hasNoSeeds(job, reply)) return noSeeds(reply);
      if (reply.error !== null || !Array.isArray(reply.result)) return fail(inWords(reply));
      const [seeds, hash, ...more] = reply.result as unknown[];
      if (!Array.isArray(seeds) || seeds.length !== SEED_COUNT || more.length > 0) {
        return fail(
          `${Array.isArray(seeds) ? seeds.length : 'no'} seeds, and ${reply.result.length - 1} more`,
        );
      }
      const wrong = seeds.find((seed) => typeof seed !== 'string' || !/^[0-9a-f]{32}$/.test(seed));
      if (wrong !== undefined) return fail(`one of the seeds is ${shown(wrong)}`);
      return (hash === job.seedHash ? pass : fail)(`${seeds.length} seeds for ${shown(hash)}`);
    },
  },
  {
    id: 'true-seeds-rebuild',
    title: "the seeds rebuild the dataset that the job's seedhash names",
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [
      trueStratumDocument(6),
      field('they keep asking where the rebuilt dataset has another hash, and may hang'),
    ],
    sent: 'mining.seedhash, and the dataset is built and hashed',
    expected: "SHA3-256 of the dataset is the job's seedhash",
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      const job = await session.job();
      const reply = await askSeeds(session.connection, session.worker, job.id);
      if (hasNoSeeds(job, reply)) return noSeeds(reply);
      const seeds = readSeeds(reply);
      if (seeds === undefined) return fail(`no seeds that could be read: ${tellSeeds(reply)}`);
      const hash = encodeHex(TrueHashDataset.fromSeeds(seeds.bytes).hash);
      return (hash === job.seedHash ? pass : fail)(`rebuilt ${hash}, and the job has ${job.seedHash}`);
    },
  },
  {
    id: 'true-seeds-old-job',
    title: 'the seeds of an earlier job id are served',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(6), field('they ask for the job they had when they noticed')],
    sent: 'mining.seedhash for a job id that another one has followed',
    expected: 'the seeds of that job',
    run: async (probe) => {
      const { answerMs } = probe.options.limits;
      const session = await loginTrueStratum(probe);
      const job = await session.job();
      const first = await askSeeds(session.connection, session.worker, job.id);
      if (hasNoSeeds(job, first)) return noSeeds(first);
      await session.submit(await session.good(job));
      const next = await jobAfter(session, job, answerMs, ({ id }) => id !== job.id);
      if (next === undefined) return cannotTell('no other job followed the first');
      const reply = await askSeeds(session.connection, session.worker, job.id);
      const right = readSeeds(reply)?.hash === job.seedHash;
      return (right ? pass : fail)(tellSeeds(reply));
    },
  },
  {
    id: 'true-seeds-after-reconnect',
    title: 'mining.seedhash is answered for the job of an earlier connection',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [field('after a new connection they ask once more for the job they had')],
    sent: 'mining.seedhash on a second connection, with the job id of the first',
    expected: 'the seeds of that job, or an error; not silence',
    run: async (probe) => {
      const before = await loginTrueStratum(probe);
      const job = await before.job();
      before.connection.close();
      const { connection, worker } = await loginTrueStratum(probe);
      const reply = await askSeeds(connection, worker, job.id);
      if (reply === undefined) return fail(`no answer${connection.ending}`);
      if (reply.error !== null) return judgeRefused(reply, 'the former job id');
      return (readSeeds(reply)?.hash === job.seedHash ? pass : fail)(tellSeeds(reply));
    },
  },
  {
    id: 'true-seeds-unknown-job',
    title: 'mining.seedhash for an unknown job is answered with an error',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(6), attack('T07')],
    sent: 'mining.seedhash for a job id that never was, a number, null, and without a job',
    expected: 'an error each time; the connection stays',
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      for (const params of [['no-such-job'], ['__proto__'], [1060], [null], []]) {
        const judgement = await refusesSeeds(session.connection, [session.worker, ...params], shown(params));
        if (judgement.outcome !== 'pass') return judgement;
      }
      return pass('refused, and the connection stayed');
    },
  },
  {
    id: 'true-seeds-no-login',
    title: 'a connection that is not logged in gets no seeds',
    group: 'attack',
    dialects: ['truestratum'],
    rules: [attack('T14')],
    sent: 'mining.seedhash for a real job before mining.subscribe, and before mining.authorize',
    expected:
      'an error each time, or the connection ends: the answer is some five thousand times as long as the question',
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      const params = [session.worker, (await session.job()).id];
      const first = await probe.open();
      const before = await keepsSeeds(probe, first, params, 'before mining.subscribe');
      if (before.outcome !== 'pass') return before;
      const second = first.closed === undefined ? first : await probe.open();
      await second.request('mining.subscribe', probe.subscribeParams());
      return worst([before, await keepsSeeds(probe, second, params, 'before mining.authorize')]);
    },
  },
  {
    id: 'true-seeds-before-submissions',
    title: 'no answer to a submission comes while a miner waits for seeds',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(6), field('they take the next line without a method for the seeds')],
    sent: 'in one packet: mining.seedhash, a share for an unknown job, a share',
    expected: 'the seeds come first',
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      const { connection, worker } = session;
      const job = await session.job();
      const share = String((await session.good(job))[2]);
      const from = connection.received.length;
      const lines = [
        seedsLine([worker, job.id]),
        submitLine(worker, 'none', `"${share}"`),
        submitLine(worker, job.id, `"${share}"`),
      ];
      connection.bytes(`${lines.join('\n')}\n`);
      const [reply] = await repliesOf(connection, SEEDS_ID, 1, from);
      const [first] = responsesFrom(connection, from);
      if (reply === undefined) return fail('no answer to mining.seedhash');
      const { message: firstReply, text } = first ?? {};
      return firstReply === reply
        ? pass(`first ${tellSeeds(reply)}`)
        : fail(`before the seeds came ${shown(text)}`);
    },
  },
  {
    id: 'true-seeds-unread',
    title: 'a miner that asks for seeds again and again without reading them does not stop the pool',
    group: 'attack',
    dialects: ['truestratum'],
    aggressive: true,
    rules: [attack('T15')],
    sent: `mining.seedhash ${UNREAD} times, and nothing is read`,
    expected: 'the pool goes on serving others',
    run: async (probe) => {
      const session = await loginTrueStratum(probe);
      const job = await session.job();
      const { answerMs } = probe.options.limits;
      session.connection.stopReading();
      for (let i = 0; i < UNREAD; i += 1) {
        session.connection.send(seedsLine([session.worker, job.id]));
        await session.connection.flushed(answerMs);
      }
      if (!(await probe.serves())) return fail('the pool no longer serves others');
      const other = await loginTrueStratum(probe);
      const reply = await other.submitFresh();
      return judgeAccepted(reply, 'a share of another miner');
    },
  },
];

function seedsLine(params: readonly unknown[]): string {
  return `{"id":${SEEDS_ID},"method":"mining.seedhash","params":${JSON.stringify(params)}}`;
}

async function askSeeds(
  connection: PoolConnection,
  ...params: readonly unknown[]
): Promise<Reply | undefined> {
  const from = connection.received.length;
  connection.send(seedsLine(params));
  return (await repliesOf(connection, SEEDS_ID, 1, from))[0];
}

/** An answer to `mining.seedhash` in a sentence, without the seeds themselves. */
function tellSeeds(reply: Reply | undefined): string {
  const seeds = readSeeds(reply);
  return seeds === undefined ? inWords(reply) : `seeds for ${shown(seeds.hash)}`;
}

/** A chain has no seeds of epoch 0. Every miner carries that dataset, and the node answers with an error. */
function hasNoSeeds(job: TrueStratumSeenJob, reply: Reply | undefined): boolean {
  return job.seedHash === EPOCH0_DATASET_HASH && isRefused(reply);
}

function noSeeds(reply: Reply | undefined): Judgement {
  return notApplicable(`the job is of epoch 0, of which the chain has no seeds: ${inWords(reply)}`);
}

/** Passes where the pool gives no seeds. It may close a connection that is not logged in without an answer. */
async function keepsSeeds(
  probe: PoolProbe,
  connection: PoolConnection,
  params: readonly unknown[],
  what: string,
): Promise<Judgement> {
  const reply = await askSeeds(connection, ...params);
  if (readSeeds(reply) !== undefined) return fail(`${what}: answered with seeds`);
  if (reply !== undefined || connection.closed === undefined) return judgeRefused(reply, what);
  return await ifServes(probe, pass(`${what}: ${connection.closed}`));
}

async function refusesSeeds(
  connection: PoolConnection,
  params: readonly unknown[],
  what: string,
): Promise<Judgement> {
  const reply = await askSeeds(connection, ...params);
  if (connection.closed !== undefined) return fail(`${what}: ${connection.closed}`);
  if (readSeeds(reply) !== undefined) return fail(`${what}: answered with seeds`);
  return judgeRefused(reply, what);
}
