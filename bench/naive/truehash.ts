import { sha3_256, sha3_512 } from '@noble/hashes/sha3.js';

const SIZE = 2048;
const TABLES = 16;

/** The columns of all rows of all tables, four places for each row: table, row, place; -1 for an empty place. */
export function tapsOf(masks: Uint8Array): Int16Array {
  const taps = new Int16Array(TABLES * SIZE * 4).fill(-1);
  for (let table = 0; table < TABLES; table += 1) {
    for (let x = 0; x < SIZE; x += 1) {
      let at = (table * SIZE + x) * 4;
      for (let d = 0; d < 20; d += 1) {
        const mask = masks[(table * 20 + d) * 256 + (x >> 3)] ?? 0;
        if (((mask >> (x & 7)) & 1) === 1) taps[at++] = x + d - 12;
      }
    }
  }
  return taps;
}

/** One hash in plain JavaScript: for each bit the parity of its few columns. The baseline of the kernel. */
export function naiveTrueHash(taps: Int16Array, headerHash: Uint8Array, nonce: bigint): Uint8Array {
  const preimage = new Uint8Array(64);
  const view = new DataView(preimage.buffer);
  view.setUint32(0, Number(nonce & 0xffff_ffffn));
  view.setUint32(4, Number(nonce >> 32n));
  preimage.set(headerHash, 8);
  const front = sha3_512(preimage).reverse();
  let state = new Uint8Array(SIZE);
  for (let i = 0; i < SIZE; i += 1) state[i] = ((front[(i >> 3) % 64] ?? 0) >> (i & 7)) & 1;
  let next = new Uint8Array(SIZE);
  for (let round = 0; round < 64; round += 1) {
    let rotate = 0;
    for (let bit = 0; bit < 7; bit += 1) rotate |= (state[bit] ?? 0) << bit;
    let table = 0;
    for (let bit = 0; bit < 4; bit += 1) table |= (state[SIZE - 4 + bit] ?? 0) << bit;
    for (let x = 0; x < SIZE; x += 1) {
      let parity = 0;
      const at = (table * SIZE + x) * 4;
      for (let i = at; i < at + 4; i += 1) {
        const column = taps[i] ?? -1;
        if (column >= 0) parity ^= state[column] ?? 0;
      }
      next[(x - rotate) & (SIZE - 1)] = parity;
    }
    [state, next] = [next, state];
  }
  const bytes = new Uint8Array(SIZE / 8);
  for (let i = 0; i < SIZE; i += 1) {
    const at = (i >> 3) ^ 3;
    bytes[at] = (bytes[at] ?? 0) | ((state[i] ?? 0) << (i & 7));
  }
  return sha3_256(bytes);
}
