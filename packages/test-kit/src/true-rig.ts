import { blockHalf, fruitHalf, TrueHashDataset, TrueHasher } from '@adit/pow';
import { decodeHex, encodeHex, targetFromHex } from '@adit/primitives';
import { firstNonceOf } from '@adit/stratum';
import { targetParamsOf } from './job-target.ts';
import { type Answer, LineClient } from './line-client.ts';
import { until } from './until.ts';

/** A hand-driven miner on a TrueStratum port. Datasets other than epoch 0 are fetched from the pool. */
export class TrueRig {
  readonly client: LineClient;
  readonly worker: string;
  readonly nonce1: Uint8Array;
  readonly #hashers = new Map<string, TrueHasher>();
  #next: bigint;

  private constructor(client: LineClient, worker: string, nonce1: Uint8Array) {
    this.client = client;
    this.worker = worker;
    this.nonce1 = nonce1;
    this.#next = firstNonceOf(nonce1);
    const epoch0 = TrueHashDataset.epoch0();
    this.#hashers.set(encodeHex(epoch0.hash), new TrueHasher(epoch0));
  }

  /** @param localAddress another of 127.0.0.0/8 */
  static async connect(port: number, worker = 'miner1', localAddress?: string): Promise<TrueRig> {
    const client = await LineClient.connect(port, localAddress);
    const { result } = await client.request('mining.subscribe', ['test/1.0.0', 'TrueStratum/1.0.0']);
    const nonce1 = decodeHex(Array.isArray(result) ? result[1] : undefined, undefined, 'extranonce');
    await client.request('mining.authorize', [worker, 'x']);
    return new TrueRig(client, worker, nonce1);
  }

  /** The newest target. A share must meet that of its job instead: see `targetOf`. */
  get target(): bigint {
    return targetFromHex(this.client.last('mining.set_difficulty')?.[0], 16) ?? 0n;
  }

  /** The target that was in force when a job came. */
  targetOf(jobId: unknown): bigint {
    const [hex] = targetParamsOf(this.client.notifications, 'mining.set_difficulty', jobId) ?? [];
    return targetFromHex(hex, 16) ?? 0n;
  }

  /** The newest job: id, seedhash, headerhash, clean. */
  async job(): Promise<readonly unknown[]> {
    await until('a job', () => this.client.last('mining.notify') !== undefined);
    return this.client.last('mining.notify') ?? [];
  }

  /** Rebuilds the dataset of a job from the pool's seeds. @returns its hash */
  async fetchDataset(job: readonly unknown[]): Promise<string> {
    const { result } = await this.client.request('mining.seedhash', [this.worker, job[0]]);
    const [seeds] = result as [string[], string];
    const dataset = TrueHashDataset.fromSeeds(decodeHex(seeds.join(''), 10_240 * 16, 'seeds'));
    const hash = encodeHex(dataset.hash);
    this.#hashers.set(hash, new TrueHasher(dataset));
    return hash;
  }

  /**
   * Searches nonces of a job until the digest passes `accept`, which is told the target of the job, too.
   * @param job the newest one by default
   */
  async solve(
    accept: (block: bigint, fruit: bigint, target: bigint) => boolean,
    job?: readonly unknown[],
  ): Promise<[string, string]> {
    const [id, seedHash, headerHash] = job ?? (await this.job());
    const hasher = this.#hashers.get(String(seedHash));
    if (hasher === undefined) throw new Error('fetch the dataset first');
    const header = decodeHex(headerHash, 32, 'headerhash');
    const target = this.targetOf(id);
    for (;;) {
      const nonce = this.#next;
      this.#next += 1n;
      const digest = hasher.hash(header, nonce);
      if (accept(blockHalf(digest), fruitHalf(digest), target)) return [String(id), nonce.toString()];
    }
  }

  submit([jobId, nonce]: readonly [string, unknown], worker = this.worker): Promise<Answer> {
    return this.client.request('mining.submit', [worker, jobId, nonce]);
  }
}
