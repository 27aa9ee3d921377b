// TrueHash (Minerva) with one dataset as masks: it hashes single nonces and ranges, and the dataset itself.
//
// Memory:
//   LANES      200    the sponge
//   CONSTANTS  192
//   HEADER      32    header hash                                       written by the host
//   RESULT      40    digest (32), nonce (8)
//   MESSAGE    256    the final state as it is hashed
//   FRONT       16    zeros: a shift to the left reads below the state
//   STATE      256    V, 2048 bits little-endian
//   BEHIND      32    zeros for shifts to the right
//   NEXT       288    W, then its first 16 bytes again for the rotation
//   MASKS    81920    16 tables x 20 displacements (-12 .. 7) x 256 bytes, bit x = row x has column x + d;
//                     written by the host, which then calls setUp
//   PACKED   97280    the same for the multiplication: 16 tables x 19 blocks x 20 displacements x 2 lanes of 56 bits
//
// W = XOR over d of (V shifted by d) & mask[table][d]. A row has at most four columns, all at a distance of -12 .. +7, so
// twenty masked shifts do the work of a 2048 x 2048 matrix.
//
// A 64-bit lane takes 56 bits of V, and the next lane begins seven bytes later. With its eight further bits, a lane can be
// shifted right by up to seven without its neighbour, and a shift by whole bytes is a load from another address: d =
// 0..7, -8..-1 and -12..-9 need one load each, and one shift for each displacement.
import { CONSTANTS_BYTES, LANES_BYTES, permute, writeRoundConstants } from './keccak';

const TABLES: usize = 16;
const ROWS: usize = 2048;
const FIRST_D: i32 = -12;
const LAST_D: i32 = 7;
const DISPLACEMENTS: usize = 20;
const MASK_BYTES: usize = 256;
const TABLE_BYTES: usize = DISPLACEMENTS * MASK_BYTES;
const ROUNDS: u32 = 64;

const LANES: usize = 64;
const CONSTANTS: usize = LANES + LANES_BYTES;
const HEADER: usize = CONSTANTS + CONSTANTS_BYTES;
const RESULT: usize = HEADER + 32;
const MESSAGE: usize = (RESULT + 40 + 15) & ~15;
const FRONT: usize = MESSAGE + 256;
const STATE: usize = FRONT + 16;
const BEHIND: usize = STATE + 256;
const NEXT: usize = BEHIND + 32;
const MASKS: usize = NEXT + 288;
const PACKED: usize = MASKS + TABLES * TABLE_BYTES;

const LANE_BYTES: usize = 7;
/** 37 lanes hold 2048 bits; two lanes make a block, and the last lane is empty. */
const BLOCKS: usize = 19;
const BLOCK_BYTES: usize = DISPLACEMENTS * 16;
const PACKED_TABLE_BYTES: usize = BLOCKS * BLOCK_BYTES;

/** SHA3-256 absorbs 136 bytes at a time. */
const RATE: u32 = 136;
/** The hashed bytes: 8 MiB of rows, and the 24 MiB of zeros that the node allocates after them. */
const DATASET_BYTES: u32 = 33554432;

export function headerAddress(): usize {
  return HEADER;
}
export function resultAddress(): usize {
  return RESULT;
}
export function masksAddress(): usize {
  return MASKS;
}

/** The host calls it once, after it has written the masks. */
export function setUp(): void {
  writeRoundConstants(CONSTANTS);
  for (let table: usize = 0; table < TABLES; table++) {
    for (let d: usize = 0; d < DISPLACEMENTS; d++) {
      const mask = MASKS + table * TABLE_BYTES + d * MASK_BYTES;
      for (let lane: usize = 0; lane < 2 * BLOCKS; lane++) {
        const at = PACKED + table * PACKED_TABLE_BYTES + (lane >> 1) * BLOCK_BYTES + d * 16 + (lane & 1) * 8;
        store<u64>(at, laneOf(mask, lane));
      }
    }
  }
}

/** @returns 56 bits of a mask; zeros past its end */
function laneOf(mask: usize, lane: usize): u64 {
  let bits: u64 = 0;
  for (let i: usize = 0; i < LANE_BYTES; i++) {
    const byte = lane * LANE_BYTES + i;
    if (byte < MASK_BYTES) bits |= (load<u8>(mask + byte) as u64) << ((8 * i) as u64);
  }
  return bits;
}

/** Writes the digest of one nonce to RESULT. */
export function hash(nonceHigh: u32, nonceLow: u32): void {
  const nonce = ((nonceHigh as u64) << 32) | (nonceLow as u64);
  // The low half goes first: this is not the big-endian nonce of headers and RPC.
  memory.fill(LANES, 0, LANES_BYTES);
  store<u32>(LANES, bswap<u32>(nonceLow), 0);
  store<u32>(LANES, bswap<u32>(nonceHigh), 4);
  memory.copy(LANES + 8, HEADER, 32);
  // 64 bytes of preimage, the last 24 of them zero, and SHA3-512's padding up to its rate of 72.
  store<u8>(LANES, 0x06, 64);
  store<u8>(LANES, 0x80, 71);
  permute(LANES, CONSTANTS);
  spread();
  for (let round: u32 = 0; round < ROUNDS; round++) {
    const rotate = (load<u64>(STATE) & 127) as u32;
    const table = (load<u64>(STATE, 248) >> 60) as usize;
    multiply(PACKED + table * PACKED_TABLE_BYTES);
    rotateRight(rotate);
  }
  memory.fill(LANES, 0, LANES_BYTES);
  for (let i: usize = 0; i < 256; i += 4) store<u32>(MESSAGE + i, bswap<u32>(load<u32>(STATE + i)));
  absorb(MESSAGE, 136);
  permute(LANES, CONSTANTS);
  absorb(MESSAGE + 136, 120);
  store<u8>(LANES, load<u8>(LANES, 120) ^ 0x06, 120);
  store<u8>(LANES, load<u8>(LANES, 135) ^ 0x80, 135);
  permute(LANES, CONSTANTS);
  memory.copy(RESULT, LANES, 32);
  store<u64>(RESULT, nonce, 32);
}

/**
 * Tries `count` nonces from the start on, with wrap at 2^64, until one has a half strictly below the target (four
 * words, most significant first). @returns how many were tried, with bit 31 set if the last one met the target
 */
export function scan(startHigh: u32, startLow: u32, count: u32, t3: u32, t2: u32, t1: u32, t0: u32): u32 {
  let nonce = ((startHigh as u64) << 32) | (startLow as u64);
  const targetHigh = ((t3 as u64) << 32) | (t2 as u64);
  const targetLow = ((t1 as u64) << 32) | (t0 as u64);
  for (let tried: u32 = 1; tried <= count; tried++, nonce++) {
    hash((nonce >> 32) as u32, nonce as u32);
    if (isBelow(RESULT, targetHigh, targetLow) || isBelow(RESULT + 16, targetHigh, targetLow)) {
      return tried | 0x80000000;
    }
  }
  return count;
}

/** Hashes the dense form of the dataset with SHA3-256 without building it: the few bits of a row go into the sponge. */
export function hashDataset(): void {
  memory.fill(LANES, 0, LANES_BYTES);
  let begun: u32 = 0;
  for (let row: usize = 0; row < TABLES * ROWS; row++) {
    const masks = MASKS + row / ROWS * TABLE_BYTES;
    const x = row & (ROWS - 1);
    for (let d = FIRST_D; d <= LAST_D; d++) {
      const mask = load<u8>(masks + ((d - FIRST_D) as usize) * MASK_BYTES + (x >> 3));
      if (!((mask >> ((x & 7) as u8)) & 1)) continue;
      const column = ((x as i32) + d) as u32;
      const byte = (row as u32) * 256 + (column >> 3);
      for (; begun + RATE <= byte; begun += RATE) permute(LANES, CONSTANTS);
      const at = LANES + (byte - begun);
      store<u8>(at, load<u8>(at) ^ ((1 as u8) << ((column & 7) as u8)));
    }
  }
  for (; begun + RATE <= DATASET_BYTES; begun += RATE) permute(LANES, CONSTANTS);
  const end = LANES + (DATASET_BYTES - begun);
  store<u8>(end, load<u8>(end) ^ 0x06);
  store<u8>(LANES, load<u8>(LANES, 135) ^ 0x80, 135);
  permute(LANES, CONSTANTS);
  memory.copy(RESULT, LANES, 32);
}

/** Writes V: the 64 bytes of the digest in reverse order, four times. */
function spread(): void {
  for (let i: usize = 0; i < 64; i += 8) {
    const word = bswap<u64>(load<u64>(LANES + 56 - i));
    store<u64>(STATE + i, word, 0);
    store<u64>(STATE + i, word, 64);
    store<u64>(STATE + i, word, 128);
    store<u64>(STATE + i, word, 192);
  }
}

// A pack of lanes has one of two types: v128 with two lanes, or u64 with one, for the plain build.

/** Loads a pack of lanes: 56 bits each, and the eight bits that follow. */
// @ts-ignore: decorator
@inline
function lanesAt<Pack>(from: usize): Pack {
  if (isVector<Pack>()) {
    const bytes = v128.load(from);
    return v128.shuffle<u8>(bytes, bytes, 0, 1, 2, 3, 4, 5, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14) as Pack;
  } else return load<u64>(from) as Pack;
}

/** The term of displacement d = shift - 8 * (how many bytes lower the lanes were loaded). */
// @ts-ignore: decorator
@inline
function term<Pack>(sum: Pack, lanes: Pack, shift: i32, masks: usize, d: i32): Pack {
  const mask = masks + ((d - FIRST_D) as usize) * 16;
  if (isVector<Pack>()) {
    const shifted = shift == 0 ? lanes : i64x2.shr_u(lanes, shift);
    return v128.xor(sum, v128.and(shifted, v128.load(mask))) as Pack;
  } else return (sum ^ ((lanes >> (shift as u64)) & load<u64>(mask))) as Pack;
}

/** Computes one pack of the product: the twenty masked shifts of the state around `from`. */
// @ts-ignore: decorator
@inline
function product<Pack>(from: usize, masks: usize): Pack {
  const right = lanesAt<Pack>(from);
  const byOne = lanesAt<Pack>(from - 1);
  const byTwo = lanesAt<Pack>(from - 2);
  let sum: Pack;
  if (isVector<Pack>()) sum = i64x2.splat(0) as Pack;
  else sum = 0 as Pack;
  sum = term<Pack>(sum, right, 0, masks, 0);
  sum = term<Pack>(sum, right, 1, masks, 1);
  sum = term<Pack>(sum, right, 2, masks, 2);
  sum = term<Pack>(sum, right, 3, masks, 3);
  sum = term<Pack>(sum, right, 4, masks, 4);
  sum = term<Pack>(sum, right, 5, masks, 5);
  sum = term<Pack>(sum, right, 6, masks, 6);
  sum = term<Pack>(sum, right, 7, masks, 7);
  sum = term<Pack>(sum, byOne, 0, masks, -8);
  sum = term<Pack>(sum, byOne, 1, masks, -7);
  sum = term<Pack>(sum, byOne, 2, masks, -6);
  sum = term<Pack>(sum, byOne, 3, masks, -5);
  sum = term<Pack>(sum, byOne, 4, masks, -4);
  sum = term<Pack>(sum, byOne, 5, masks, -3);
  sum = term<Pack>(sum, byOne, 6, masks, -2);
  sum = term<Pack>(sum, byOne, 7, masks, -1);
  sum = term<Pack>(sum, byTwo, 4, masks, -12);
  sum = term<Pack>(sum, byTwo, 5, masks, -11);
  sum = term<Pack>(sum, byTwo, 6, masks, -10);
  return term<Pack>(sum, byTwo, 7, masks, -9);
}

/** Computes NEXT = table * STATE. */
function multiply(table: usize): void {
  let from = STATE;
  let to = NEXT;
  const end = table + PACKED_TABLE_BYTES;
  for (let masks = table; masks < end; masks += BLOCK_BYTES) {
    // Writes 14 bytes; the next block overwrites the bytes that this one writes after them.
    if (ASC_FEATURE_SIMD) {
      const sum = product<v128>(from, masks);
      const zero = i64x2.splat(0);
      v128.store(to, v128.shuffle<u8>(sum, zero, 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 16, 16));
    } else {
      store<u64>(to, product<u64>(from, masks));
      store<u64>(to + LANE_BYTES, product<u64>(from + LANE_BYTES, masks + 8));
    }
    from += 2 * LANE_BYTES;
    to += 2 * LANE_BYTES;
  }
  memory.copy(NEXT + 256, NEXT, 16);
}

/** Computes STATE = NEXT rotated right. @param by 0 to 127 bits */
function rotateRight(by: u32): void {
  const from = NEXT + ((by >> 3) as usize);
  const bits = by & 7;
  // Reads the bits of a word, and again from the next byte address, which has the upper bits too.
  if (ASC_FEATURE_SIMD) {
    for (let i: usize = 0; i < 256; i += 16) {
      const here = i64x2.shr_u(v128.load(from + i), bits);
      const above = i64x2.shl(v128.load(from + i + 1), 8 - bits);
      v128.store(STATE + i, v128.or(here, above));
    }
  } else {
    for (let i: usize = 0; i < 256; i += 8) {
      const here = load<u64>(from + i) >> (bits as u64);
      const above = load<u64>(from + i + 1) << ((8 - bits) as u64);
      store<u64>(STATE + i, here | above);
    }
  }
}

function absorb(from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 8) store<u64>(LANES + i, load<u64>(LANES + i) ^ load<u64>(from + i));
}

// @ts-ignore: decorator
@inline
function isBelow(half: usize, high: u64, low: u64): bool {
  const first = bswap<u64>(load<u64>(half, 0));
  return first < high || (first == high && bswap<u64>(load<u64>(half, 8)) < low);
}
