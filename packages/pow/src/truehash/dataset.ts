import { AditError, decodeHex } from '@adit/primitives';
import { TrueHashKernel } from './kernel.ts';
import { epoch0Rows, MASKS_BYTES, masksFromRows, type Rows, rowsFromSeeds, seedsFromRows } from './rows.ts';

/** SHA3-256 of the dataset of epoch 0: the seedhash in work of epoch 0. */
export const EPOCH0_DATASET_HASH = '58bc067579760d307143ec1cd416eb3814110d29bf21aba0cd18586e2f038791';

/** The matrices of one epoch as masks, the form that the kernel uses: 80 KiB instead of the 32 MiB of other programs. */
export class TrueHashDataset {
  /** SHA3-256 of the dense form with its zero tail, 32 bytes: the "seedhash" on the wire. */
  readonly hash: Uint8Array;
  /** 16 tables x 20 displacements (-12 to 7) x 256 bytes; bit x says that row x has column x + displacement. */
  readonly masks: Uint8Array;

  private constructor(hash: Uint8Array, masks: Uint8Array) {
    this.hash = hash;
    this.masks = masks;
  }

  /** The constant dataset of the first 12,000 blocks. Its hash is a constant and not computed. */
  static epoch0(): TrueHashDataset {
    return new TrueHashDataset(decodeHex(EPOCH0_DATASET_HASH, 32), masksFromRows(epoch0Rows()));
  }

  /**
   * Builds the dataset of a later epoch and hashes it, which takes some 200 ms.
   * @param seeds 10240 x 16 bytes, in the order of their blocks
   * @throws AditError `ADIT_BAD_SEEDS`
   */
  static fromSeeds(seeds: Uint8Array): TrueHashDataset {
    return TrueHashDataset.#build(rowsFromSeeds(seeds));
  }

  /**
   * Wraps a dataset that was built elsewhere, such as in another thread. The hash is not checked.
   * @throws AditError `ADIT_BAD_DATASET` for a wrong length
   */
  static fromParts(parts: { readonly hash: Uint8Array; readonly masks: Uint8Array }): TrueHashDataset {
    const { hash, masks } = parts;
    if (hash.length !== 32 || masks.length !== MASKS_BYTES) {
      throw new AditError(
        'ADIT_BAD_DATASET',
        `a dataset is a hash of 32 bytes and masks of ${MASKS_BYTES}, not ${hash.length} and ${masks.length}`,
      );
    }
    return new TrueHashDataset(hash, masks);
  }

  static #build(rows: Rows): TrueHashDataset {
    const masks = masksFromRows(rows);
    return new TrueHashDataset(new TrueHashKernel(masks).hashDataset(), masks);
  }
}

/** @returns 163,840 bytes of artificial seeds that build epoch 0 exactly, for miners that ask for its seeds */
export function epoch0Seeds(): Uint8Array {
  return seedsFromRows(epoch0Rows());
}
