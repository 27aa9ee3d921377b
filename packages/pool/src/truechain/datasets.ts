import type { TrueHashDataset } from '@adit/pow';
import type { VerifierPool } from '@adit/pow/threads';
import { encodeHex } from '@adit/primitives';
import { seedsResult } from '@adit/stratum';

export interface TrueChainDatasetsModules {
  readonly verifier: Pick<VerifierPool, 'addDataset' | 'dropDataset'>;
  /** The seeds of a dataset that work was handed out with. */
  readonly seedsOf: (datasetHash: Uint8Array) => Uint8Array | undefined;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/** The one in use, the one before it and the next. */
export const MAX_DATASETS = 3;
/** The reference miner mines new headers with the old dataset until its work is two minutes old, or all its threads rest. */
const SWITCHING_MS = 600_000;

/** The datasets that the verifier holds, by hash, the newest last; with the seedhash answer for each. */
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

  /** The verifier and the miners get a dataset before any job that needs it. @param changed the work before had another */
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

  /** With which others an honest miner may have hashed: none, but for some minutes after a border. */
  besides(hash: Uint8Array): readonly Uint8Array[] {
    if (this.#modules.now() - this.#switchedAt > SWITCHING_MS) return [];
    const key = encodeHex(hash);
    return [...this.#held].flatMap(([other, { dataset }]) => (other === key ? [] : [dataset.hash]));
  }
}
