// The digests that Equihash cuts its rows from: BLAKE2b(input || LE32(group)), personalized.
//
// Shared by the verifier and the solver, which both place it at the bottom of their memory:
//
//   PERSON     16   "ZcashPoW" || LE32(n) || LE32(k)               written by the host
//   INPUT    1024   header with nonce, or any input up to 1024     written by the host
//   CHAIN      64   chain value after the whole blocks of the input
//   BLOCK     256   the input's rest, the group number, zeros: one block, or two where the number does not fit
//   STATE     128   scratch of a scalar compression
//   WIDE_V    256   premixed state of the last block, each word twice (fast path, SIMD only)
//   WIDE_H    128   CHAIN, each word twice (fast path, SIMD only)
//   ROTATIONS  32   see lanes.ts (fast path, SIMD only)
//   PAD        32   room in front of a digest: rows are read right-aligned in 32 bytes
//   DIGEST_A   64   \ the two digests
//   DIGEST_B   64   /  (B also has 32 bytes in front of it: A's tail)
//
// Fast path: the rest of the input is 12 bytes, as for every 140-byte header. Of the 16 words of the last block, only m0
// (header bytes 128..135) and m1 (bytes 136..139, then the group number) are then not zero, and only m1 varies. The SIMD
// build makes two digests at once; the plain build makes one after the other, with the premixed state in STATE.
import { begin, compress, loadState } from './blake2b';
import { ROTATIONS_BYTES, writeRotations } from './lanes';
import { afterWord1, afterWord1Twice, beforeWord1 } from './unrolled/blake2b-rounds';

export const PERSON: usize = 64;
export const INPUT: usize = PERSON + 16;
export const INPUT_MAX: u32 = 1024;
const CHAIN: usize = INPUT + 1024;
const BLOCK: usize = CHAIN + 64;
const STATE: usize = BLOCK + 256;
const WIDE_V: usize = STATE + 128;
const WIDE_H: usize = WIDE_V + 256;
const ROTATIONS: usize = WIDE_H + 128;
const PAD: usize = ROTATIONS + ROTATIONS_BYTES;
export const DIGEST_A: usize = PAD + 32;
export const DIGEST_B: usize = DIGEST_A + 64;
export const DIGESTS_END: usize = DIGEST_B + 64;

const FAST_REST: u32 = 12;

let rest: u32 = 0;
let total: u32 = 0;
let fast: bool = false;
let word0: u64 = 0;
let word1: u64 = 0;

/** Hashes the part that all digests of this input share. @param length bytes of the input, at most INPUT_MAX */
export function prepare(length: u32, digestBytes: u32): void {
  begin(CHAIN, digestBytes, PERSON);
  total = length + 4;
  let done: u32 = 0;
  // Compresses only blocks that are not the last: the group number always follows the input.
  for (; done + 128 <= length; done += 128) compress(CHAIN, STATE, INPUT + done, done + 128, false);
  rest = length - done;
  memory.fill(BLOCK, 0, 256);
  memory.copy(BLOCK, INPUT + done, rest);
  fast = rest == FAST_REST;
  if (!fast) return;
  word0 = load<u64>(BLOCK, 0);
  word1 = load<u64>(BLOCK, 8);
  loadState(STATE, CHAIN, total, true);
  beforeWord1(STATE, word0);
  if (ASC_FEATURE_SIMD) {
    writeRotations(ROTATIONS);
    for (let i: usize = 0; i < 16; i++) v128.store(WIDE_V + 16 * i, v128.load64_splat(STATE + 8 * i));
    for (let i: usize = 0; i < 8; i++) v128.store(WIDE_H + 16 * i, v128.load64_splat(CHAIN + 8 * i));
  }
}

/** Writes the digests of two groups to DIGEST_A and DIGEST_B. */
// @ts-ignore: decorator
@inline
export function digestPair(groupA: u32, groupB: u32): void {
  if (!fast) {
    digestSlowly(groupA, DIGEST_A);
    digestSlowly(groupB, DIGEST_B);
  } else if (ASC_FEATURE_SIMD) {
    const varying = i64x2.replace_lane(i64x2.splat((groupA as u64) << 32), 1, (groupB as u64) << 32);
    const m1 = v128.or(i64x2.splat(word1), varying);
    afterWord1Twice(WIDE_V, WIDE_H, ROTATIONS, i64x2.splat(word0), m1, DIGEST_A, DIGEST_B);
  } else {
    afterWord1(STATE, CHAIN, word0, word1 | ((groupA as u64) << 32), DIGEST_A);
    afterWord1(STATE, CHAIN, word0, word1 | ((groupB as u64) << 32), DIGEST_B);
  }
}

function digestSlowly(group: u32, out: usize): void {
  store<u32>(BLOCK + rest, group);
  memory.copy(out, CHAIN, 64);
  if (rest + 4 <= 128) {
    compress(out, STATE, BLOCK, total, true);
  } else {
    compress(out, STATE, BLOCK, total - (rest + 4 - 128), false);
    compress(out, STATE, BLOCK + 128, total, true);
  }
}
