import type { TrueHashDataset } from '@adit/pow';
import { DatasetShelf } from './dataset-shelf.ts';
import type { TrueChainNode } from './node.ts';
import { fetchSeeds, loadDataset, nextEpochToPrepare } from './seeds.ts';

export interface DatasetKeeperOptions {
  readonly tip9: number | undefined;
  readonly maxDatasets: number;
}

export interface DatasetKeeperModules {
  readonly buildDataset: (seeds: Uint8Array) => Promise<TrueHashDataset>;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/** Depth at which the chain itself considers a block final. */
const SEED_MARGIN_BLOCKS = 12;
/** The next dataset is needed within hours, so a failed attempt need not be repeated at once. */
const PREPARE_RETRY_MS = 60_000;

/**
 * Keeps the datasets that works need. It loads one when a work names it, and the next epoch's as soon as its seeds are
 * final.
 */
export class DatasetKeeper {
  readonly #tip9: number | undefined;
  readonly #modules: DatasetKeeperModules;
  readonly #shelf: DatasetShelf;
  #preparing: Promise<void> | undefined;
  #preparedEpoch: number | undefined;
  #prepareAgainAt = Number.NEGATIVE_INFINITY;

  constructor(options: DatasetKeeperOptions, modules: DatasetKeeperModules) {
    this.#tip9 = options.tip9;
    this.#shelf = new DatasetShelf(options.maxDatasets);
    this.#modules = modules;
  }

  seedsOf(datasetHash: Uint8Array): Uint8Array | undefined {
    return this.#shelf.seedsOf(datasetHash);
  }

  /** The preparation under way. A caller that stops waits for it. */
  get preparing(): Promise<void> | undefined {
    return this.#preparing;
  }

  /**
   * The dataset that a work names.
   * @param height of the node's newest snail block, if known
   * @throws as `loadDataset`
   */
  async of(
    node: TrueChainNode,
    seedHash: Uint8Array,
    height: number | undefined,
    signal: AbortSignal,
  ): Promise<TrueHashDataset> {
    const ready = this.#shelf.take(seedHash);
    if (ready !== undefined) return ready;
    // The preparation under way may be for this dataset. If it is not, it ends soon.
    await this.#preparing;
    const prepared = this.#shelf.take(seedHash);
    if (prepared !== undefined) return prepared;
    const loaded = await loadDataset({
      node,
      seedHash,
      number: height === undefined ? undefined : height + 1,
      tip9: this.#tip9,
      buildDataset: this.#modules.buildDataset,
      signal,
    });
    this.#shelf.add(loaded);
    return loaded.dataset;
  }

  /** Makes the next epoch's dataset in the background. It is used once a work names its hash. */
  prepareNext(node: TrueChainNode, number: number, signal: AbortSignal): void {
    const epoch = nextEpochToPrepare(number, SEED_MARGIN_BLOCKS, this.#tip9);
    if (epoch === undefined || epoch === this.#preparedEpoch) return;
    if (this.#preparing !== undefined || this.#modules.now() < this.#prepareAgainAt) return;
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
      // Nothing is lost: the dataset is made at the start of its epoch at the latest, and a fault is reported then.
      this.#prepareAgainAt = this.#modules.now() + PREPARE_RETRY_MS;
    }
  }
}
