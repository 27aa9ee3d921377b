// TrueHash (Minerva): one dataset in mask form, hashes of single nonces and of ranges, and the dataset's hash.
//
// Memory:
//   LANES      200    the sponge
//   CONSTANTS  192
//   HEADER      32    header hash                                       written by the host
//   RESULT      40    digest (32), nonce (8)
//   MESSAGE    256    the final state as it is hashed
//   FRONT       16    zeros: a shift to the left reads below the state
//   STATE      256    V, 2048 bits little-endian
//   BEHIND      16    zeros for shifts to the right; a copy of V's beginning for the rotation
//   NEXT       256    W
//   MASKS    81920    16 tables x 20 displacements (-12 .. 7) x 256 bytes, bit x = row x has column x + d
//
// W = XOR over d of (V shifted by d) & mask[table][d]: a row has at most four columns, all within -12 .. +7 of it, so
// that twenty masked shifts do the work of a 2048 x 2048 matrix.
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
const NEXT: usize = BEHIND + 16;
const MASKS: usize = NEXT + 256;

/** SHA3-256 absorbs 136 bytes at a time. */
const RATE: u32 = 136;
/** What is hashed: the 8 MiB of rows and the 24 MiB of zeros that the node allocates behind them. */
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

export function setUp(): void {
  writeRoundConstants(CONSTANTS);
}

/** Digest of one nonce at RESULT. */
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
    multiply(MASKS + table * TABLE_BYTES);
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
 * Tries `count` nonces from the start on, wrapping at 2^64, until one has a half strictly below the target (four
 * words, most significant first). @returns the number tried, with bit 31 set when the last one was a find
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

/** SHA3-256 of the dataset in its dense form, which is never built: a row's few bits go straight into the sponge. */
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

/** V: the 64 bytes of the digest reversed, four times. */
function spread(): void {
  for (let i: usize = 0; i < 64; i += 8) {
    const word = bswap<u64>(load<u64>(LANES + 56 - i));
    store<u64>(STATE + i, word, 0);
    store<u64>(STATE + i, word, 64);
    store<u64>(STATE + i, word, 128);
    store<u64>(STATE + i, word, 192);
  }
}

// @ts-ignore: decorator
@inline
function leftTerm(here: v128, below: v128, masks: usize, d: i32): v128 {
  const shifted = v128.or(i64x2.shl(here, d), i64x2.shr_u(below, 64 - d));
  return v128.and(shifted, v128.load(masks + ((-d - FIRST_D) as usize) * MASK_BYTES));
}

// @ts-ignore: decorator
@inline
function rightTerm(here: v128, above: v128, masks: usize, d: i32): v128 {
  const shifted = v128.or(i64x2.shr_u(here, d), i64x2.shl(above, 64 - d));
  return v128.and(shifted, v128.load(masks + ((d - FIRST_D) as usize) * MASK_BYTES));
}

/** NEXT = table * STATE. */
function multiply(table: usize): void {
  v128.store(BEHIND, i64x2.splat(0));
  for (let i: usize = 0; i < 256; i += 16) {
    const masks = table + i;
    const below = v128.load(STATE + i - 8);
    const here = v128.load(STATE + i);
    const above = v128.load(STATE + i + 8);
    let sum = v128.and(here, v128.load(masks + (-FIRST_D as usize) * MASK_BYTES));
    sum = v128.xor(sum, leftTerm(here, below, masks, 12));
    sum = v128.xor(sum, leftTerm(here, below, masks, 11));
    sum = v128.xor(sum, leftTerm(here, below, masks, 10));
    sum = v128.xor(sum, leftTerm(here, below, masks, 9));
    sum = v128.xor(sum, leftTerm(here, below, masks, 8));
    sum = v128.xor(sum, leftTerm(here, below, masks, 7));
    sum = v128.xor(sum, leftTerm(here, below, masks, 6));
    sum = v128.xor(sum, leftTerm(here, below, masks, 5));
    sum = v128.xor(sum, leftTerm(here, below, masks, 4));
    sum = v128.xor(sum, leftTerm(here, below, masks, 3));
    sum = v128.xor(sum, leftTerm(here, below, masks, 2));
    sum = v128.xor(sum, leftTerm(here, below, masks, 1));
    sum = v128.xor(sum, rightTerm(here, above, masks, 1));
    sum = v128.xor(sum, rightTerm(here, above, masks, 2));
    sum = v128.xor(sum, rightTerm(here, above, masks, 3));
    sum = v128.xor(sum, rightTerm(here, above, masks, 4));
    sum = v128.xor(sum, rightTerm(here, above, masks, 5));
    sum = v128.xor(sum, rightTerm(here, above, masks, 6));
    sum = v128.xor(sum, rightTerm(here, above, masks, 7));
    v128.store(NEXT + i, sum);
  }
}

/** STATE = NEXT rotated right. @param by 0 to 127 bits */
function rotateRight(by: u32): void {
  const words = (by >> 6) as usize;
  const bits = by & 63;
  for (let i: usize = 0; i < 32; i += 2) {
    const here = pair(i + words);
    const above = pair(i + words + 1);
    // In two steps, because a shift by 64 is a shift by none.
    const carried = i64x2.shl(i64x2.shl(above, 1), 63 - bits);
    v128.store(STATE + 8 * i, v128.or(i64x2.shr_u(here, bits), carried));
  }
}

/** Words i and i + 1 of NEXT, counted around. */
// @ts-ignore: decorator
@inline
function pair(i: usize): v128 {
  return i64x2.replace_lane(
    i64x2.splat(load<u64>(NEXT + 8 * (i & 31))),
    1,
    load<u64>(NEXT + 8 * ((i + 1) & 31)),
  );
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
