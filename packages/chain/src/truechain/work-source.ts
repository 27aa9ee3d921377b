import type { TrueHashDataset } from '@adit/pow';
import { AditError, encodeHex, equalBytes, messageOf } from '@adit/primitives';
import { RpcError } from '../rpc/errors.ts';
import { backoffMs, sleepFor } from '../rpc/sleep.ts';
import type { NodeStatus } from '../status.ts';
import { DatasetShelf } from './dataset-shelf.ts';
import type { TrueChainNode } from './node.ts';
import { fetchSeeds, loadDataset, nextEpochToPrepare } from './seeds.ts';
import type { TrueChainWork, WorkAnswer } from './work.ts';
import { WorkHistory, workKey } from './work-history.ts';

export interface TrueChainWorkSourceOptions {
  /** getrue pushes nothing: it is polled. Default 500, at least 50. */
  pollMs?: number;
  /** The number at which the network froze its dataset. */
  tip9?: number;
  /** Datasets kept, seeds included. Default 3, at least 2. */
  maxDatasets?: number;
  /** How long a node may say "no work" before the next one is asked. Default 5000. */
  notReadyMs?: number;
  /** A node that takes longer is passed over, where there is another one. Default 700. */
  answerMs?: number;
}

export interface WorkChange {
  /** Its header is another one than the work before had (the node honours older ones for an hour). */
  readonly newHeader: boolean;
  /** Its dataset is another one than the work before had. */
  readonly newDataset: boolean;
}

export interface TrueChainWorkSourceModules {
  /** In order of preference. */
  readonly nodes: readonly TrueChainNode[];
  /** Off the main thread: it takes some tenths of a second. */
  readonly buildDataset: (seeds: Uint8Array) => Promise<TrueHashDataset>;
  readonly onWork: (work: TrueChainWork, change: WorkChange) => void;
  /** Called when a node's state, height or detail changes. */
  readonly onStatus: (status: NodeStatus) => void;
  /** No node gives work, since this time of the wall clock; undefined: one does again. */
  readonly onOutage?: (sinceMs: number | undefined) => void;
  readonly random?: () => number;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly now?: () => number;
}

interface Seat {
  readonly node: TrueChainNode;
  readonly history: WorkHistory;
  /** Failures in a row. */
  failures: number;
  /** Not asked again before. */
  restUntil: number;
  notReadySince: number | undefined;
  /** The last time that it was asked it had nothing. */
  failed: boolean;
  height: number | undefined;
  /** What was said of it last. */
  said: string;
}

/** What came of asking one node. */
type Outcome = 'served' | 'waiting' | 'failed';

const BACKOFF_BASE_MS = 500;
const BACKOFF_CAP_MS = 30_000;
/** The chain itself counts on 12 confirmations. */
const SEED_MARGIN_BLOCKS = 12;
/** The next dataset is wanted within hours, not seconds. */
const PREPARE_RETRY_MS = 60_000;

/**
 * Keeps the work of the moment from the first node that has any.
 *
 * Work is handed out only with its dataset ready and proven; the next epoch's dataset is made as soon as its
 * seeds are final, so that a border costs nothing.
 */
export class TrueChainWorkSource {
  readonly #pollMs: number;
  readonly #notReadyMs: number;
  readonly #tip9: number | undefined;
  readonly #answerMs: number;
  readonly #modules: TrueChainWorkSourceModules;
  readonly #random: () => number;
  readonly #sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly #now: () => number;
  readonly #seats: readonly Seat[];
  readonly #shelf: DatasetShelf;
  #current: TrueChainWork | undefined;
  #currentKey: string | undefined;
  #sequence = 0;
  #stopping = new AbortController();
  #nap = new AbortController();
  #loop: Promise<void> | undefined;
  #preparing: Promise<void> | undefined;
  #preparedEpoch: number | undefined;
  #prepareAgainAt = 0;
  #outage = false;

  /** @throws AditError `ADIT_BAD_OPTION` */
  constructor(options: TrueChainWorkSourceOptions, modules: TrueChainWorkSourceModules) {
    if (modules.nodes.length === 0)
      throw new AditError('ADIT_BAD_OPTION', 'nodes must name at least one node');
    this.#pollMs = options.pollMs ?? 500;
    if (!(this.#pollMs >= 50)) throw new AditError('ADIT_BAD_OPTION', 'pollMs must be at least 50');
    this.#notReadyMs = options.notReadyMs ?? 5_000;
    this.#tip9 = options.tip9;
    this.#answerMs = options.answerMs ?? 700;
    this.#shelf = new DatasetShelf(options.maxDatasets ?? 3);
    this.#modules = modules;
    this.#random = modules.random ?? Math.random;
    this.#sleep = modules.sleep ?? sleepFor;
    this.#now = modules.now ?? Date.now;
    this.#seats = modules.nodes.map((node) => ({
      node,
      history: new WorkHistory(),
      failures: 0,
      restUntil: 0,
      notReadySince: undefined,
      failed: false,
      height: undefined,
      said: '',
    }));
  }

  get current(): TrueChainWork | undefined {
    return this.#current;
  }

  /** The seeds of a dataset that work was or will be handed out with, for the miners. */
  seedsOf(datasetHash: Uint8Array): Uint8Array | undefined {
    return this.#shelf.seedsOf(datasetHash);
  }

  /** Does nothing when it runs already. */
  start(): void {
    if (this.#loop !== undefined) return;
    this.#stopping = new AbortController();
    this.#loop = this.#run(this.#stopping.signal);
  }

  /** Polls at once instead of at the next turn: for right after a solution was handed in. */
  refresh(): void {
    this.#nap.abort();
  }

  /** Resolves when nothing of it runs any more. It can be started again. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await this.#preparing;
    this.#loop = undefined;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#nap = new AbortController();
      await this.#round(signal);
      const earliest = Math.min(...this.#seats.map((seat) => seat.restUntil)) - this.#now();
      await this.#rest(Math.max(this.#pollMs, earliest), signal);
    }
  }

  /** Until the time is over, or `refresh` or `stop` is called: then the sleep ends in an error of no interest. */
  async #rest(ms: number, signal: AbortSignal): Promise<void> {
    await this.#sleep(ms, AbortSignal.any([signal, this.#nap.signal])).catch(() => undefined);
  }

  /** Asks the nodes in order until one serves. */
  async #round(signal: AbortSignal): Promise<void> {
    for (const seat of this.#seats) {
      if (signal.aborted) return;
      if (seat.restUntil > this.#now()) continue;
      const outcome = await this.#ask(seat, signal);
      if (signal.aborted) return;
      seat.failed = outcome === 'failed';
      this.#noteOutage();
      if (outcome === 'served') return;
      // A node between two templates keeps its turn, for what it gave out last is still good.
      if (outcome === 'waiting' && this.#current !== undefined) return;
    }
  }

  #noteOutage(): void {
    const outage = this.#seats.every(({ failed }) => failed);
    if (outage === this.#outage) return;
    this.#outage = outage;
    this.#modules.onOutage?.(outage ? this.#now() : undefined);
  }

  async #ask(seat: Seat, signal: AbortSignal): Promise<Outcome> {
    const asked = this.#now();
    try {
      // The only node there is may take its time; with another one beside it nobody waits for a node that hangs.
      const limit =
        this.#seats.length > 1 ? AbortSignal.any([signal, AbortSignal.timeout(this.#answerMs)]) : signal;
      const answer = await seat.node.getWork(limit);
      const latencyMs = this.#now() - asked;
      if (answer === 'not_ready') return this.#notReady(seat, latencyMs);
      seat.notReadySince = undefined;
      if (!seat.history.allows(answer)) {
        this.#say(seat, 'ready', 'repeats work that it had replaced: not followed yet', latencyMs);
        return 'served';
      }
      if (workKey(answer) !== this.#currentKey) await this.#handOut(seat, answer, signal);
      seat.history.add(answer);
      seat.failures = 0;
      this.#say(seat, 'ready', 'serves work', latencyMs);
      return 'served';
    } catch (error) {
      if (!signal.aborted) this.#failed(seat, error);
      return 'failed';
    }
  }

  #notReady(seat: Seat, latencyMs: number): Outcome {
    const now = this.#now();
    seat.notReadySince ??= now;
    const patient = now - seat.notReadySince < this.#notReadyMs;
    // A moment without work is part of the day of a node that has served before.
    if (!patient || this.#current === undefined) this.#say(seat, 'syncing', 'has no work yet', latencyMs);
    return patient ? 'waiting' : 'failed';
  }

  #failed(seat: Seat, error: unknown): void {
    const code = error instanceof AditError ? error.code : '';
    const lying = code === 'ADIT_SEEDS_MISMATCH' || code === 'ADIT_BAD_FIELD';
    const waiting = error instanceof RpcError || code === 'ADIT_SEEDS_UNAVAILABLE';
    // A full rebuild went into finding out: do not repeat it at the pace of the poll.
    const base = lying ? 4 * BACKOFF_BASE_MS : BACKOFF_BASE_MS;
    seat.restUntil = this.#now() + backoffMs(seat.failures, base, BACKOFF_CAP_MS, this.#random);
    seat.failures += 1;
    this.#say(seat, lying ? 'lying' : waiting ? 'syncing' : 'down', messageOf(error));
  }

  async #handOut(seat: Seat, answer: WorkAnswer, signal: AbortSignal): Promise<void> {
    // Some proxies offer getWork and no more: the height is a help, not a need.
    const height = await seat.node.snailNumber(signal).catch(() => undefined);
    seat.height = height;
    const dataset = await this.#datasetOf(seat.node, answer, height, signal);
    if (signal.aborted) return;
    const previous = this.#current;
    this.#sequence += 1;
    const work: TrueChainWork = {
      kind: 'truechain',
      id: `${encodeHex(answer.headerHash.subarray(0, 8))}-${this.#sequence}`,
      headerHash: answer.headerHash,
      dataset,
      fruitTarget: answer.fruitTarget,
      blockTarget: answer.blockTarget,
      ...(height === undefined ? {} : { snailNumber: height + 1 }),
      receivedAt: this.#now(),
    };
    this.#current = work;
    this.#currentKey = workKey(answer);
    this.#modules.onWork(work, {
      newHeader: previous === undefined || !equalBytes(previous.headerHash, work.headerHash),
      newDataset: previous === undefined || !equalBytes(previous.dataset.hash, dataset.hash),
    });
    if (height !== undefined) this.#prepareNext(seat.node, height + 1, signal);
  }

  async #datasetOf(
    node: TrueChainNode,
    answer: WorkAnswer,
    height: number | undefined,
    signal: AbortSignal,
  ): Promise<TrueHashDataset> {
    const ready = this.#shelf.take(answer.seedHash);
    if (ready !== undefined) return ready;
    // The preparation under way may be of this very dataset, and if not, it is over soon.
    await this.#preparing;
    const prepared = this.#shelf.take(answer.seedHash);
    if (prepared !== undefined) return prepared;
    const loaded = await loadDataset({
      node,
      seedHash: answer.seedHash,
      number: height === undefined ? undefined : height + 1,
      tip9: this.#tip9,
      buildDataset: this.#modules.buildDataset,
      signal,
    });
    this.#shelf.add(loaded);
    return loaded.dataset;
  }

  /** Makes the next epoch's dataset beside the polling. It counts only once a work names its hash. */
  #prepareNext(node: TrueChainNode, number: number, signal: AbortSignal): void {
    const epoch = nextEpochToPrepare(number, SEED_MARGIN_BLOCKS, this.#tip9);
    if (epoch === undefined || epoch === this.#preparedEpoch) return;
    if (this.#preparing !== undefined || this.#now() < this.#prepareAgainAt) return;
    this.#preparing = this.#prepare(node, epoch, signal).finally(() => {
      this.#preparing = undefined;
    });
  }

  async #prepare(node: TrueChainNode, epoch: number, signal: AbortSignal): Promise<void> {
    try {
      const seeds = await fetchSeeds(node, epoch, signal);
      this.#shelf.add({ dataset: await this.#modules.buildDataset(seeds), seeds });
      this.#preparedEpoch = epoch;
    } catch {
      // Nothing is lost: the dataset is made at the border at the latest, and a fault shows there.
      this.#prepareAgainAt = this.#now() + PREPARE_RETRY_MS;
    }
  }

  #say(seat: Seat, state: NodeStatus['state'], detail: string, latencyMs?: number): void {
    const height = seat.height;
    const said = `${state}/${height ?? ''}/${detail}`;
    if (said === seat.said) return;
    seat.said = said;
    this.#modules.onStatus({
      node: seat.node.name,
      state,
      detail,
      ...(height === undefined ? {} : { height }),
      ...(latencyMs === undefined ? {} : { latencyMs }),
    });
  }
}
