import { blockHalf, fruitHalf, trueTargetFromDifficulty } from '@adit/pow';
import { encodeHex, MAX_TARGET_128, weightOfEitherHalf } from '@adit/primitives';
import { hasPrefix, nonceReadings, notificationLine, setDifficultyLine } from '@adit/stratum';
import { CODE } from '../../catalogue/codes.ts';
import type { MinerDialect } from '../dialect.ts';
import {
  type Dataset,
  invalid,
  type SentJob,
  type ShareVerdict,
  type TrueStratumWork,
  workIn,
} from '../probe/job.ts';
import type { MinerProbe } from '../probe/miner-probe.ts';
import { Datasets } from './datasets.ts';

const MAX_NONCE = (1n << 64n) - 1n;
/** The reference miner hashes about this often in a second. The first shares then show the real rate. */
const FIRST_WEIGHT = 128n;

/** Jobs whose dataset is remembered beyond their connection. An entry has some hundred bytes. */
const MAX_REMEMBERED = 4_096;

/** For the checks of this dialect. @throws Error where the probe plays a pool of another one */
export function trueStratumDialectOf({ dialect }: Pick<MinerProbe, 'dialect'>): TrueStratumMinerDialect {
  if (dialect instanceof TrueStratumMinerDialect) return dialect;
  throw new Error('a check of TrueStratum was put to a miner of another dialect');
}

/** TrueStratum as a strict pool speaks it. */
export class TrueStratumMinerDialect implements MinerDialect {
  readonly name = 'truestratum';
  readonly widestTarget = MAX_TARGET_128;
  readonly firstTarget = trueTargetFromDifficulty(2n * FIRST_WEIGHT);
  /** The document's example has this length. */
  readonly nonce1Bytes = 2;
  readonly failedResult = false;
  /** The thread of the reference miner that found a share rests until it sees another job id. */
  readonly jobAfterShare = true;
  readonly targetMethod = 'mining.set_difficulty';
  readonly sessionIdPlace = 2;
  readonly hasReconnect = false;
  /** The document says that "the password may be empty", with a word that also means null. */
  readonly nullPassword = true;
  readonly fullNonce1Bytes = 8;
  /** The reference miner ignores nonce1, and its shares are right all the same. */
  readonly needsNonce1 = false;
  readonly datasets: Datasets;
  /** Submissions of the nonce "0" that were no shares. Threads of the reference miner make them when a job ends their rest. */
  zeros = 0;
  /** After a reconnect the reference miner asks for the seeds of the job that it had before. */
  readonly #datasetOf = new Map<string, string>();

  constructor(datasets = new Datasets()) {
    this.datasets = datasets;
  }

  weight(target: bigint): bigint {
    return weightOfEitherHalf(target);
  }

  targetOf(weight: bigint): bigint {
    return trueTargetFromDifficulty(2n * (weight > 1n ? weight : 1n));
  }

  subscribeResult(sessionId: string | null, nonce1: Uint8Array): readonly unknown[] {
    return [namesOf(sessionId), encodeHex(nonce1), 8 - nonce1.length];
  }

  oddSubscribeResult(nonce1: unknown): readonly unknown[] {
    return nonce1 === undefined ? [namesOf(null)] : [namesOf(null), nonce1, 4];
  }

  /** `mining.subscribe` of TrueStratum has neither host nor port. */
  placeNamedIn(): undefined {}

  targetLine(target: bigint): string {
    return setDifficultyLine(target);
  }

  notifyLine(job: SentJob): string {
    const { dataset, headerHash } = workIn(job, this.name);
    this.#datasetOf.set(job.id, dataset.hash);
    const oldest = this.#datasetOf.keys().next().value;
    if (this.#datasetOf.size > MAX_REMEMBERED && oldest !== undefined) this.#datasetOf.delete(oldest);
    return notificationLine('mining.notify', [job.id, dataset.hash, encodeHex(headerHash), job.clean]);
  }

  /** @param dataset the dataset of epoch 0 where left out, which every miner has */
  newWork(dataset: Dataset = this.datasets.epoch0): TrueStratumWork {
    return {
      kind: 'truestratum',
      headerHash: crypto.getRandomValues(new Uint8Array(32)),
      dataset,
    };
  }

  workAfter(job: SentJob): TrueStratumWork {
    return this.newWork(workIn(job, this.name).dataset);
  }

  answer(method: string, params: readonly unknown[], jobs: ReadonlyMap<string, SentJob>) {
    if (method !== 'mining.seedhash') return undefined;
    const [, jobId] = params;
    if (typeof jobId !== 'string') return { code: CODE.other, words: 'The job id must be a string' };
    const job = jobs.get(jobId);
    const hash = job === undefined ? this.#datasetOf.get(jobId) : workIn(job, this.name).dataset.hash;
    return hash === undefined ? { code: CODE.job, words: 'Job not found' } : this.datasets.seedsOf(hash);
  }

  judge(params: readonly unknown[], job: SentJob): { key: string; verdict: ShareVerdict } {
    const { nonce1, target } = job;
    const work = workIn(job, this.name);
    const text = params[2];
    if (params.length !== 3) return bad(text, `it has ${params.length} parameters, not 3`, job);
    if (typeof text !== 'string' || !/^(0|[1-9][0-9]{0,19})$/.test(text)) {
      return bad(text, 'its nonce is not an unsigned decimal number in a string', job);
    }
    const nonce = BigInt(text);
    if (nonce > MAX_NONCE) return bad(text, 'its nonce is not below 2^64', job);
    for (const reading of nonceReadings(nonce, nonce1)) {
      const digest = work.dataset.digest(work.headerHash, reading);
      if (blockHalf(digest) >= target && fruitHalf(digest) >= target) continue;
      const note = hasPrefix(reading, nonce1) ? {} : { note: 'the nonce does not begin with the extranonce' };
      return { key: `${encodeHex(work.headerHash)} ${reading}`, verdict: { valid: true, job, ...note } };
    }
    const verdict = invalid(CODE.low, 'neither half of its digest is below the target of its job', job);
    if (nonce === 0n && !verdict.valid) {
      this.zeros += 1;
      return { key: '', verdict: { ...verdict, excused: true } };
    }
    return { key: `${encodeHex(work.headerHash)} ${nonce}`, verdict };
  }
}

/** The first member of the answer to `mining.subscribe`. */
function namesOf(sessionId: string | null): readonly string[] {
  return ['mining.notify', sessionId ?? '00'.repeat(16), 'TrueStratum/1.0.0'];
}

function bad(text: unknown, fault: string, job: SentJob): { key: string; verdict: ShareVerdict } {
  return { key: `${job.id} ${JSON.stringify(text)}`, verdict: invalid(CODE.other, fault, job) };
}
