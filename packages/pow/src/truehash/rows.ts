import { AditError, checkBytes } from '@adit/primitives';
import { EPOCH0_ROWS } from './epoch0-rows.ts';

// Two small numbers, offset and skip, describe each row of a dataset. Row x of table k is number 2048 * k + x; it has the
// columns x + offset + m * skip for m = -2, -1, 0, 1, as far as they exist, or the single column x if none exists.

const TABLES = 16;
const ROWS = 2048;
const ROW_COUNT = TABLES * ROWS;

/** The distance of a column from its row is -12 to 7. */
const FIRST_DISPLACEMENT = -12;
const DISPLACEMENTS = 20;
const MASK_BYTES = ROWS / 8;
const TABLE_BYTES = DISPLACEMENTS * MASK_BYTES;
export const MASKS_BYTES = TABLES * TABLE_BYTES;

/** Bytes in a seed of a TrueHash dataset. */
export const SEED_BYTES = 16;
/** Each of the first 8,192 seeds gives four offsets; each of the last 2,048 gives sixteen skips. */
const OFFSET_SEEDS = 8192;
const OFFSETS_PER_SEED = 4;
/** Seeds of a TrueHash dataset. */
export const SEED_COUNT = OFFSET_SEEDS + 2048;
const SEEDS_BYTES = SEED_COUNT * SEED_BYTES;

/** The rows of one dataset, by row number. */
export interface Rows {
  /** -4 to 3. */
  readonly offsets: Int8Array;
  /** 1 to 4. */
  readonly skips: Int8Array;
}

/** @throws AditError `ADIT_BAD_SEEDS` unless there are 10240 seeds of 16 bytes */
export function rowsFromSeeds(seeds: Uint8Array): Rows {
  checkBytes(seeds, 'the seeds');
  if (seeds.length !== SEEDS_BYTES) {
    throw new AditError('ADIT_BAD_SEEDS', `the seeds must be ${SEEDS_BYTES} bytes, not ${seeds.length}`);
  }
  const rows = emptyRows();
  for (let row = 0; row < ROW_COUNT; row += 1) {
    rows.offsets[row] = ((seeds[offsetPlace(row)] ?? 0) & 7) - 4;
    rows.skips[row] = ((seeds[skipPlace(row)] ?? 0) & 3) + 1;
  }
  return rows;
}

/** @returns seeds that give these rows; bytes that do not matter are zero */
export function seedsFromRows({ offsets, skips }: Rows): Uint8Array {
  const seeds = new Uint8Array(SEEDS_BYTES);
  for (let row = 0; row < ROW_COUNT; row += 1) {
    seeds[offsetPlace(row)] = (offsets[row] ?? 0) + 4;
    seeds[skipPlace(row)] = (skips[row] ?? 0) - 1;
  }
  return seeds;
}

export function epoch0Rows(): Rows {
  const rows = emptyRows();
  for (let row = 0; row < ROW_COUNT; row += 1) {
    const digit = Number.parseInt(EPOCH0_ROWS.charAt(row), 32);
    rows.offsets[row] = (digit >> 2) - 4;
    rows.skips[row] = (digit & 3) + 1;
  }
  return rows;
}

/** @returns the masks for the kernel: 16 tables x 20 displacements x 256 bytes, bit x (little-endian) for row x */
export function masksFromRows({ offsets, skips }: Rows): Uint8Array {
  const masks = new Uint8Array(MASKS_BYTES);
  for (let row = 0; row < ROW_COUNT; row += 1) {
    const x = row % ROWS;
    const table = Math.floor(row / ROWS) * TABLE_BYTES;
    const mark = (displacement: number) => {
      const at = table + (displacement - FIRST_DISPLACEMENT) * MASK_BYTES + (x >> 3);
      masks[at] = (masks[at] ?? 0) | (1 << (x & 7));
    };
    let kept = false;
    for (let m = -2; m <= 1; m += 1) {
      const displacement = (offsets[row] ?? 0) + m * (skips[row] ?? 0);
      if (x + displacement < 0 || x + displacement >= ROWS) continue;
      mark(displacement);
      kept = true;
    }
    if (!kept) mark(0);
  }
  return masks;
}

function emptyRows(): Rows {
  return { offsets: new Int8Array(ROW_COUNT), skips: new Int8Array(ROW_COUNT) };
}

function offsetPlace(row: number): number {
  return Math.floor(row / OFFSETS_PER_SEED) * SEED_BYTES + (row % OFFSETS_PER_SEED);
}

function skipPlace(row: number): number {
  return OFFSET_SEEDS * SEED_BYTES + row;
}
