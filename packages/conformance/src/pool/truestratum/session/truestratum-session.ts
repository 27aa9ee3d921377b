import { setImmediate as nextTurn } from 'node:timers/promises';
import { blockHalf, EPOCH0_DATASET_HASH, fruitHalf, TrueHashDataset, TrueHasher } from '@adit/pow';
import { concatBytes, MAX_TARGET_128, tryDecodeHex } from '@adit/primitives';
import { firstNonceOf, SEED_BYTES, SEED_COUNT } from '@adit/stratum';
import type { Reply } from '@adit/wire';
import { cannotTell, Judged } from '../../../report/finding.ts';
import { LUCK_FACTOR, limitOf } from '../../../shares/patience.ts';
import type { PoolConnection } from '../../probe/pool-connection.ts';
import { PoolSession, type Submission } from '../../probe/pool-session.ts';
import { inWords } from '../../probe/replies.ts';
import { type TrueStratumSeenJob, trueStratumJobs } from './seen-jobs.ts';
import { isShare, isWrong, mustBeSelective, type Wanted } from './wanted.ts';

export interface TrueStratumSubscription {
  /** 0 to 3 bytes. */
  readonly nonce1: Uint8Array;
  readonly sessionId: string | null;
}

/** Hashes between two looks at the socket: about 5 ms. */
const HASHES_PER_TURN = 256;
const MAX_NONCE = (1n << 64n) - 1n;
/** After this time the hash rate is known well enough, although the code was cold at first. */
const MEASURE_MS = 500;

/** A session on a TrueStratum port. */
export class TrueStratumSession extends PoolSession<TrueStratumSeenJob> {
  readonly nonce1: Uint8Array;
  readonly sessionId: string | null;
  readonly #shareMs: number;
  readonly #hashers = new Map<string, TrueHasher>();
  #next: bigint;

  constructor(
    connection: PoolConnection,
    worker: string,
    subscription: TrueStratumSubscription,
    { shareMs }: { shareMs: number },
  ) {
    super(connection, worker);
    this.nonce1 = subscription.nonce1;
    this.sessionId = subscription.sessionId;
    this.#shareMs = shareMs;
    this.#next = somewhereIn(this.nonce1);
  }

  override jobs(): readonly TrueStratumSeenJob[] {
    return trueStratumJobs(this.connection.received);
  }

  /**
   * Finds the next wanted nonce. Without `from` it goes on in this connection's own range.
   * @throws Judged `cannot_tell` where the time is too short, or the pool gives no seeds for the job's dataset
   */
  async solve(wanted: Wanted, job?: TrueStratumSeenJob, from?: bigint): Promise<bigint> {
    const work = job ?? (await this.job());
    const hasher = await this.hasher(work);
    let nonce = from ?? this.#next;
    const began = performance.now();
    const until = began + this.#shareMs;
    const needed = hashesFor(wanted, work.target);
    for (let hashes = HASHES_PER_TURN; performance.now() < until; hashes += HASHES_PER_TURN) {
      for (let i = 0; i < HASHES_PER_TURN; i += 1) {
        const digest = hasher.hash(work.headerHash, nonce);
        const found = wanted({ block: blockHalf(digest), fruit: fruitHalf(digest) }, work.target, nonce);
        const tried = nonce;
        nonce = (nonce + 1n) & MAX_NONCE;
        if (from === undefined) this.#next = nonce;
        if (found) return tried;
      }
      await nextTurn();
      const took = performance.now() - began;
      if (took > MEASURE_MS && (needed * took) / hashes > this.#shareMs * LUCK_FACTOR) {
        throw new Judged(cannotTell(tooLong(needed, (hashes * 1000) / took, this.#shareMs)));
      }
    }
    throw new Judged(cannotTell(`no such nonce was found in ${limitOf(this.#shareMs)}`));
  }

  /** The hash function of a job. Asks the pool for the seeds unless the dataset is that of epoch 0. */
  async hasher(job: TrueStratumSeenJob): Promise<TrueHasher> {
    const known = this.#hashers.get(job.seedHash);
    if (known !== undefined) return known;
    const dataset = job.seedHash === EPOCH0_DATASET_HASH ? TrueHashDataset.epoch0() : await this.#fetch(job);
    const hasher = new TrueHasher(dataset);
    this.#hashers.set(job.seedHash, hasher);
    return hasher;
  }

  async #fetch(job: TrueStratumSeenJob): Promise<TrueHashDataset> {
    const reply = await this.connection.request('mining.seedhash', [this.worker, job.id]);
    const seeds = readSeeds(reply);
    if (seeds === undefined)
      throw new Judged(cannotTell(`the pool sent no seeds for its dataset: ${inWords(reply)}`));
    return TrueHashDataset.fromSeeds(seeds.bytes);
  }

  override async good(job?: TrueStratumSeenJob): Promise<Submission> {
    const work = job ?? (await this.job());
    return [this.worker, work.id, (await this.solve(isShare, work)).toString()];
  }

  override async goodUnder(nonce1: Uint8Array): Promise<Submission> {
    const job = await this.job();
    const nonce = await this.solve(isShare, job, somewhereIn(nonce1));
    return [this.worker, job.id, nonce.toString()];
  }

  override async wrong(job?: TrueStratumSeenJob): Promise<Submission> {
    const work = job ?? (await this.job());
    mustBeSelective(work);
    const nonce = await this.solve(isWrong, work);
    return [this.worker, work.id, nonce.toString()];
  }
}

/** A random nonce in the range of a nonce1, so that not even an earlier run of the probe has tried the next ones. */
export function somewhereIn(nonce1: Uint8Array): bigint {
  const room = (1n << BigInt(64 - 8 * nonce1.length)) - 1n;
  const [random = 1n] = crypto.getRandomValues(new BigUint64Array(1));
  return firstNonceOf(nonce1) | (random & room);
}

/** A lower bound of the average number of hashes until one is wanted. */
function hashesFor(wanted: Wanted, target: bigint): number {
  // Where even the worst digest is wanted, every nonce is. All other wishes need a half near the target or below it.
  if (wanted({ block: MAX_TARGET_128, fruit: MAX_TARGET_128 }, target, 0n)) return 1;
  return 2 ** 127 / Number(target + target / 4n + 1n);
}

function tooLong(hashes: number, rate: number, withinMs: number): string {
  return `such a nonce takes some 2^${Math.round(Math.log2(hashes))} hashes, and this machine makes ${Math.round(rate)} a second; the limit is ${limitOf(withinMs)}`;
}

/** Reads an answer to `mining.subscribe`. @returns undefined where it cannot be worked with */
export function readSubscription(reply: Reply | undefined): TrueStratumSubscription | undefined {
  if (!Array.isArray(reply?.result)) return undefined;
  const [names, extranonce] = reply.result as unknown[];
  const nonce1 = tryDecodeHex(extranonce);
  if (nonce1 === undefined || nonce1.length > 3) return undefined;
  const id: unknown = Array.isArray(names) ? names[1] : undefined;
  return { nonce1, sessionId: typeof id === 'string' ? id : null };
}

/** Reads the seeds of an answer to `mining.seedhash`: 163,840 bytes, and the hash that the pool claims for them. */
export function readSeeds(reply: Reply | undefined): { bytes: Uint8Array; hash: string } | undefined {
  if (!Array.isArray(reply?.result)) return undefined;
  const [list, hash] = reply.result as unknown[];
  if (!Array.isArray(list) || list.length !== SEED_COUNT || typeof hash !== 'string') return undefined;
  const seeds = list.map((seed) => tryDecodeHex(seed, SEED_BYTES));
  const right = seeds.filter((seed) => seed !== undefined);
  return right.length === SEED_COUNT ? { bytes: concatBytes(...right), hash } : undefined;
}
