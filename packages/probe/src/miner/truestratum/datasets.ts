import { EPOCH0_DATASET_HASH, epoch0Seeds, TrueHashDataset, TrueHasher } from '@adit/pow';
import { decodeHex, encodeHex } from '@adit/primitives';
import { SEED_BYTES, SEED_COUNT, seedsResult } from '@adit/stratum';
import type { Dataset } from '../job.ts';

/** What is answered to `mining.seedhash` for a dataset. */
export type SeedsAnswer = { readonly result: string } | { readonly code: number; readonly words: string };

const NO_SEEDS: SeedsAnswer = { code: 20, words: 'No seeds for this job' };

/** The datasets that work names, and the seeds that are given for them. */
export class Datasets {
  readonly #seeds = new Map<string, SeedsAnswer>();
  readonly #epoch0: Dataset;
  #other: Dataset | undefined;
  /** How often seeds have been asked for. */
  asked = 0;

  constructor() {
    this.#epoch0 = dataset(TrueHashDataset.epoch0());
  }

  /** Carried by every miner; its seeds are given all the same, to those that have dropped it. */
  get epoch0(): Dataset {
    return this.#epoch0;
  }

  /** Built from random seeds, once: some 200 ms. Its right seeds are given. */
  get other(): Dataset {
    if (this.#other !== undefined) return this.#other;
    const seeds = randomSeeds();
    const built = TrueHashDataset.fromSeeds(seeds);
    this.#other = dataset(built);
    this.#seeds.set(this.#other.hash, { result: seedsResult(seeds, built.hash) });
    return this.#other;
  }

  /** A dataset that nobody has and whose right seeds nobody is told. @param answer what is said instead */
  unknown(answer: SeedsAnswer | 'wrong_seeds'): Dataset {
    const built = TrueHashDataset.fromSeeds(randomSeeds());
    const made = dataset(built);
    const said = answer === 'wrong_seeds' ? { result: seedsResult(randomSeeds(), built.hash) } : answer;
    this.#seeds.set(made.hash, said);
    return made;
  }

  seedsOf(hash: string): SeedsAnswer {
    this.asked += 1;
    if (hash === EPOCH0_DATASET_HASH) return { result: seedsResult(epoch0Seeds(), decodeHex(hash, 32)) };
    return this.#seeds.get(hash) ?? NO_SEEDS;
  }
}

/** 10240 seeds of 16 bytes. */
function randomSeeds(): Uint8Array {
  const seeds = new Uint8Array(SEED_COUNT * SEED_BYTES);
  // The system gives at most 64 KiB at once.
  for (let start = 0; start < seeds.length; start += 65_536)
    crypto.getRandomValues(seeds.subarray(start, start + 65_536));
  return seeds;
}

function dataset(built: TrueHashDataset): Dataset {
  const hasher = new TrueHasher(built);
  return { hash: encodeHex(built.hash), digest: (headerHash, nonce) => hasher.hash(headerHash, nonce) };
}
