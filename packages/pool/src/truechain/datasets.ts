import type { TrueHashDataset } from '@adit/pow';
import type { VerifierPool } from '@adit/pow/threads';
import { encodeHex } from '@adit/primitives';
import { seedsResult } from '@adit/stratum';

export interface TrueChainDatasetsModules {
  readonly verifier: Pick<VerifierPool, 'addDataset' | 'dropDataset'>;
  /** Seeds of a dataset that some work needed. */
  readonly seedsOf: (datasetHash: Uint8Array) => Uint8Array | undefined;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/** The current dataset, the one before it, and the next one. */
export const MAX_DATASETS = 3;
/**
 * For this time after a change, a nonce that meets a target under another dataset is not held against its miner. The
 * reference miner mines new headers with the old dataset until its work is two minutes old, or all its threads rest.
 */
const SWITCHING_MS = 600_000;

/** The datasets that the verifier holds, by hash, the newest last, each with its seedhash answer. */
export class TrueChainDatasets {
  readonly #modules: TrueChainDatasetsModules;
  readonly #held = new Map<
    string,
    { readonly dataset: TrueHashDataset; readonly answer: Buffer | undefined }
  >();
  #switchedAt = Number.NEGATIVE_INFINITY;

  constructor(modules: TrueChainDatasetsModules) {
    this.#modules = modules;
  }

  /**
   * Gives a dataset to the verifier, and prepares its seedhash answer. To be called before a job that needs it goes
   * out.
   * @param changed whether the work before had another dataset
   */
  shelve(dataset: TrueHashDataset, changed: boolean): void {
    const key = encodeHex(dataset.hash);
    if (!changed && this.#held.has(key)) return;
    const { verifier, seedsOf, now } = this.#modules;
    const seeds = seedsOf(dataset.hash);
    const answer = seeds === undefined ? undefined : Buffer.from(seedsResult(seeds, dataset.hash));
    if (this.#held.size > 0) this.#switchedAt = now();
    this.#held.delete(key);
    this.#held.set(key, { dataset, answer });
    verifier.addDataset(dataset);
    for (const [old, entry] of this.#held) {
      if (this.#held.size <= MAX_DATASETS) break;
      this.#held.delete(old);
      verifier.dropDataset(entry.dataset.hash);
    }
  }

  has(hash: Uint8Array): boolean {
    return this.#held.has(encodeHex(hash));
  }

  /** The prepared `result` of a seedhash answer. */
  answerOf(hash: Uint8Array): Buffer | undefined {
    return this.#held.get(encodeHex(hash))?.answer;
  }

  /** Other datasets that an honest miner may have hashed with: none, except for ten minutes after a change. */
  besides(hash: Uint8Array): readonly Uint8Array[] {
    if (this.#modules.now() - this.#switchedAt > SWITCHING_MS) return [];
    const key = encodeHex(hash);
    return [...this.#held].flatMap(([other, { dataset }]) => (other === key ? [] : [dataset.hash]));
  }
}
