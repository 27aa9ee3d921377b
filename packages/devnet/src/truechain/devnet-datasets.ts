import { epochOf, firstSeedBlock, SEED_BYTES, SEED_COUNT } from '@adit/chain';
import { epoch0Seeds, TrueHashDataset, TrueHasher } from '@adit/pow';
import { AditError } from '@adit/primitives';

export interface ReadyDataset {
  readonly epoch: number;
  readonly dataset: TrueHashDataset;
  readonly hasher: TrueHasher;
  readonly seeds: Uint8Array;
}

/** Those of the present epoch, of the one before (for late work) and of the next one. */
const MOST_DATASETS = 3;

/** The devnet's own datasets, made from the hashes of its own chain. */
export class DevnetDatasets {
  readonly #hashOf: (number: number) => Uint8Array | undefined;
  readonly #build: (seeds: Uint8Array) => Promise<TrueHashDataset>;
  readonly #tip9: number | undefined;
  readonly #ready = new Map<number, ReadyDataset>();
  readonly #building = new Map<number, Promise<ReadyDataset>>();

  constructor(
    options: { readonly tip9: number | undefined },
    modules: {
      readonly hashOf: (number: number) => Uint8Array | undefined;
      readonly build: (seeds: Uint8Array) => Promise<TrueHashDataset>;
    },
  ) {
    this.#tip9 = options.tip9;
    this.#hashOf = modules.hashOf;
    this.#build = modules.build;
  }

  epochOf(number: number): number {
    return epochOf(number, this.#tip9);
  }

  /** The dataset for the block with this number, if it has been built. */
  readyFor(number: number): ReadyDataset | undefined {
    return this.#ready.get(this.epochOf(number));
  }

  /**
   * The dataset for the block with this number; builds it if needed.
   * @throws AditError `ADIT_SEEDS_UNAVAILABLE` before its seed blocks exist
   */
  async forNumber(number: number): Promise<ReadyDataset> {
    const epoch = this.epochOf(number);
    const ready = this.#ready.get(epoch);
    if (ready !== undefined) return ready;
    const underWay = this.#building.get(epoch);
    if (underWay !== undefined) return underWay;
    const building = this.#make(epoch).finally(() => this.#building.delete(epoch));
    this.#building.set(epoch, building);
    return building;
  }

  async #make(epoch: number): Promise<ReadyDataset> {
    const seeds = epoch === 0 ? epoch0Seeds() : this.#seeds(epoch);
    const dataset = epoch === 0 ? TrueHashDataset.epoch0() : await this.#build(seeds);
    const made = { epoch, dataset, hasher: new TrueHasher(dataset), seeds };
    this.#ready.set(epoch, made);
    for (const oldest of this.#ready.keys()) {
      if (this.#ready.size <= MOST_DATASETS) break;
      this.#ready.delete(oldest);
    }
    return made;
  }

  #seeds(epoch: number): Uint8Array {
    const seeds = new Uint8Array(SEED_COUNT * SEED_BYTES);
    for (let index = 0; index < SEED_COUNT; index += 1) {
      const hash = this.#hashOf(firstSeedBlock(epoch) + index);
      if (hash === undefined) {
        throw new AditError(
          'ADIT_SEEDS_UNAVAILABLE',
          `the chain is too short for the seeds of epoch ${epoch}`,
        );
      }
      seeds.set(hash.subarray(0, SEED_BYTES), index * SEED_BYTES);
    }
    return seeds;
  }
}
