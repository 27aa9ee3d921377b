import { EPOCH0_DATASET_HASH, TrueHashDataset } from '@adit/pow';
import { VerifierPool } from '@adit/pow/threads';
import { encodeHex, equalBytes, messageOf } from '@adit/primitives';
import {
  type ClientEffect,
  type SeedsEffect,
  type TrueClientJob,
  TrueStratumClientSession,
} from '@adit/stratum';
import { type MineShare, type NewTask, threadCrew } from './crew.ts';
import type { MinerStatus } from './events.ts';
import { type MinerModules, type MinerOptions, StratumMiner } from './stratum-miner.ts';

/** The dataset in use, the one before, and that of epoch 0. Each takes 80 KB. */
const MAX_DATASETS = 3;
/** A pool whose seeds are wrong may have right ones later. */
const WRONG_SEEDS_PAUSE_MS = 30_000;
/** The seeds are 370 KB. A pool that sends jobs, but no seeds within this time, will not send them. */
const SEEDS_WITHIN_MS = 60_000;

/** The settings of a TrueStratum miner. */
export interface TrueMinerOptions extends MinerOptions {
  /** The pause before the next attempt at a pool whose seeds were wrong; 30 seconds where left out. */
  readonly seedsPauseMs?: number;
}

/** A CPU miner for TrueStratum. It mines only with datasets that it has rebuilt and checked. */
export class TrueMiner extends StratumMiner<
  TrueStratumClientSession,
  TrueClientJob,
  NewTask,
  MineShare,
  SeedsEffect
> {
  protected override readonly unit: MinerStatus['unit'] = 'H/s';
  /** By hash; the one that was added last is at the end. */
  readonly #datasets = new Map<string, TrueHashDataset>();
  readonly #seedsPauseMs: number;
  #job: TrueClientJob | undefined;
  /** The request for seeds on this connection; each request is another object. */
  #asked: { readonly hash: string; readonly at: number } | undefined;
  #building: Promise<void> = Promise.resolve();
  /** The id of the last session, for a pool that resumes sessions. */
  #sessionId: string | undefined;

  constructor(options: TrueMinerOptions, modules: MinerModules) {
    super(options, modules, threadCrew);
    this.#seedsPauseMs = options.seedsPauseMs ?? WRONG_SEEDS_PAUSE_MS;
  }

  protected override openSession(): TrueStratumClientSession {
    const { url, agent } = this.options;
    const { worker, password } = url;
    const sessionId = this.#sessionId;
    return new TrueStratumClientSession({
      worker,
      password,
      agent,
      ...(sessionId === undefined ? {} : { sessionId }),
    });
  }

  protected override onSessionLost(session: TrueStratumClientSession): void {
    this.#sessionId = session.sessionId;
  }

  protected override onJob(job: TrueClientJob, clean: boolean): void {
    this.event({ kind: 'job', id: job.id, clean, target: job.target });
    const other = this.#job?.id === job.id && !equalBytes(this.#job.headerHash, job.headerHash);
    this.#job = job;
    this.#mine(!clean && !other);
  }

  protected override send(
    session: TrueStratumClientSession,
    share: MineShare,
    token: number,
  ): ClientEffect<TrueClientJob, SeedsEffect>[] {
    if (share.kind !== 'truechain_share') return [];
    return session.submit({ jobId: share.jobId, nonce: share.nonce }, token);
  }

  protected override onExtra({ seeds, datasetHash }: SeedsEffect): void {
    const asked = this.#asked;
    if (asked === undefined) return;
    this.#building = this.#build(seeds, asked, encodeHex(datasetHash)).catch((error) => {
      if (this.#asked !== asked) return;
      this.#asked = undefined;
      const detail = `the dataset could not be rebuilt: ${messageOf(error)}`;
      this.reconnect({ cause: 'no_dataset', detail }, this.#seedsPauseMs);
    });
  }

  protected override finished(): Promise<void> {
    return this.#building;
  }

  protected override onConnectionLost(): void {
    this.#job = undefined;
    this.#asked = undefined;
  }

  #mine(keep: boolean): void {
    const job = this.#job;
    if (job === undefined) return;
    const hash = encodeHex(job.datasetHash);
    const dataset =
      this.#datasets.get(hash) ??
      (hash === EPOCH0_DATASET_HASH ? this.#keep(TrueHashDataset.epoch0()) : undefined);
    if (dataset === undefined) return this.#ask(job, hash);
    const { headerHash, nonce1, target, id } = job;
    const { masks, hash: datasetHash } = dataset;
    this.assign({ kind: 'truechain', jobId: id, headerHash, nonce1, target, datasetHash, masks }, keep);
  }

  /** Asks for the seeds. Until they are there, the miner does not mine with another dataset. */
  #ask(job: TrueClientJob, hash: string): void {
    this.crew.idle();
    const asked = this.#asked;
    if (asked?.hash === hash) {
      if (this.now() - asked.at > SEEDS_WITHIN_MS)
        this.reconnect({ cause: 'no_seeds', detail: 'the pool does not send the seeds' });
      return;
    }
    this.#asked = { hash, at: this.now() };
    this.event({ kind: 'dataset', hash, state: 'asked' });
    this.act((session) => session.requestSeeds(job.id));
  }

  async #build(seeds: Uint8Array, asked: { readonly hash: string }, claimed: string): Promise<void> {
    // In another thread: hashing the dataset takes some 200 ms, which would delay answers to the pool.
    const builder = new VerifierPool({ threads: 1, maxQueued: 1 });
    const dataset = await builder.buildDataset(seeds).finally(() => builder.close());
    const hash = encodeHex(dataset.hash);
    // The connection that sent the seeds may be lost by now; right seeds are kept all the same.
    const current = this.#asked === asked;
    if (current) this.#asked = undefined;
    if (hash !== asked.hash) {
      if (!current) return;
      this.event({ kind: 'dataset', hash: claimed, state: 'wrong' });
      const detail = "the pool's seeds do not rebuild its dataset";
      return this.reconnect({ cause: 'wrong_seeds', detail }, this.#seedsPauseMs);
    }
    this.#keep(dataset);
    this.event({ kind: 'dataset', hash, state: 'ready' });
    this.#mine(true);
  }

  #keep(dataset: TrueHashDataset): TrueHashDataset {
    this.#datasets.set(encodeHex(dataset.hash), dataset);
    const oldest = this.#datasets.keys().next().value;
    if (this.#datasets.size > MAX_DATASETS && oldest !== undefined) this.#datasets.delete(oldest);
    return dataset;
  }
}
