import { EPOCH0_DATASET_HASH, epoch0Seeds, TrueHashDataset, TrueHasher } from '@adit/pow';
import { decodeHex, encodeHex } from '@adit/primitives';
import { SEED_BYTES, SEED_COUNT, seedsResult } from '@adit/stratum';
import { CODE } from '../../catalogue/codes.ts';
import type { Dataset } from '../probe/job.ts';

/** The answer to `mining.seedhash` for a dataset. */
export type SeedsAnswer = { readonly result: string } | { readonly code: number; readonly words: string };

const NO_SEEDS: SeedsAnswer = { code: CODE.other, words: 'No seeds for this job' };

/** The datasets that work names, and the answers to requests for their seeds. */
export class Datasets {
  readonly #seeds = new Map<string, SeedsAnswer>();
  readonly #epoch0: Dataset;
  #other: Dataset | undefined;
  /** How often the miner has asked for seeds. */
  asked = 0;

  constructor() {
    this.#epoch0 = dataset(TrueHashDataset.epoch0());
  }

  /** Every miner carries this dataset. The probe gives its seeds all the same to miners that have dropped it. */
  get epoch0(): Dataset {
    return this.#epoch0;
  }

  /** A dataset of random seeds, which the probe gives. It is built once, in about 200 ms. */
  get other(): Dataset {
    if (this.#other !== undefined) return this.#other;
    const seeds = randomSeeds();
    const built = TrueHashDataset.fromSeeds(seeds);
    this.#other = dataset(built);
    this.#seeds.set(this.#other.hash, { result: seedsResult(seeds, built.hash) });
    return this.#other;
  }

  /** A dataset that the miner cannot build. @param answer what it is told instead of the right seeds */
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

/** @returns 10,240 seeds of 16 bytes */
function randomSeeds(): Uint8Array {
  const seeds = new Uint8Array(SEED_COUNT * SEED_BYTES);
  // getRandomValues fills at most 64 KiB in one call.
  for (let start = 0; start < seeds.length; start += 65_536)
    crypto.getRandomValues(seeds.subarray(start, start + 65_536));
  return seeds;
}

function dataset(built: TrueHashDataset): Dataset {
  const hasher = new TrueHasher(built);
  return { hash: encodeHex(built.hash), digest: (headerHash, nonce) => hasher.hash(headerHash, nonce) };
}
