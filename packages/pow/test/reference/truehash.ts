// TrueHash as in its definition: dense matrices, parities bit by bit.
import { concatBytes } from '@adit/primitives';
import { sha3_256, sha3_512 } from '@noble/hashes/sha3.js';

const TABLES = 16;
const SIZE = 2048;
const BITS = BigInt(SIZE);

export interface ReferenceRow {
  readonly offset: number;
  readonly skip: number;
}

/** @returns the columns of row x, at most four */
export function referenceColumns(x: number, { offset, skip }: ReferenceRow): number[] {
  const columns = [-2, -1, 0, 1].map((m) => x + offset + m * skip).filter((c) => c >= 0 && c < SIZE);
  return columns.length > 0 ? columns : [x];
}

export function referenceRowsOfSeeds(seeds: Uint8Array): ReferenceRow[] {
  const seed = (i: number, j: number) => seeds[16 * i + j] ?? 0;
  const offsets: number[] = [];
  const skips: number[] = [];
  for (let i = 0; i < 8192; i += 1) for (let j = 0; j < 4; j += 1) offsets.push((seed(i, j) & 7) - 4);
  for (let i = 0; i < 2048; i += 1) for (let j = 0; j < 16; j += 1) skips.push((seed(8192 + i, j) & 3) + 1);
  return offsets.map((offset, i) => ({ offset, skip: skips[i] ?? 0 }));
}

/** @returns SHA3-256 of all 32 MiB, table by table */
export function referenceDatasetHash(rows: readonly ReferenceRow[]): Uint8Array {
  const hash = sha3_256.create();
  for (let table = 0; table < TABLES; table += 1) {
    const dense = new Uint8Array((SIZE * SIZE) / 8);
    for (let x = 0; x < SIZE; x += 1) {
      for (const column of referenceColumns(x, rows[table * SIZE + x] ?? { offset: 0, skip: 1 })) {
        const at = (x * SIZE) / 8 + (column >> 3);
        dense[at] = (dense[at] ?? 0) | (1 << (column & 7));
      }
    }
    hash.update(dense);
  }
  const zeros = new Uint8Array(1024 * 1024);
  for (let mebibyte = 0; mebibyte < 24; mebibyte += 1) hash.update(zeros);
  return hash.digest();
}

export function referenceTrueHash(
  rows: readonly ReferenceRow[],
  headerHash: Uint8Array,
  nonce: bigint,
): Uint8Array {
  const preimage = new Uint8Array(64);
  const view = new DataView(preimage.buffer);
  view.setUint32(0, Number(nonce & 0xffff_ffffn));
  view.setUint32(4, Number(nonce >> 32n));
  preimage.set(headerHash, 8);
  const front = sha3_512(preimage).reverse();
  let state = toBits(concatBytes(front, front, front, front));
  for (let round = 0; round < 64; round += 1) {
    const rotate = Number(state & 127n);
    const table = Number(state >> 2044n);
    let product = 0n;
    for (let x = 0; x < SIZE; x += 1) {
      const row = rows[table * SIZE + x] ?? { offset: 0, skip: 1 };
      const parity = referenceColumns(x, row).reduce(
        (sum, column) => sum ^ ((state >> BigInt(column)) & 1n),
        0n,
      );
      product |= parity << BigInt(x);
    }
    state = BigInt.asUintN(SIZE, (product >> BigInt(rotate)) | (product << (BITS - BigInt(rotate))));
  }
  const bytes = new Uint8Array(256);
  for (let i = 0; i < 256; i += 1) bytes[i ^ 3] = Number((state >> BigInt(8 * i)) & 255n);
  return sha3_256(bytes);
}

function toBits(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
