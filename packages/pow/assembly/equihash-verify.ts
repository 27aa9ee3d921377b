// Equihash verifier for any (n, k) with n a multiple of 8 up to 256. One thread, no allocation, no imports.
//
// Memory, in bytes, above the map of equihash-digests.ts:
//   SOLUTION  2048   packed indices without prefix, at most 512 of 29 bits        written by the host
//   REVERSED  2048   the same from the last byte to the first; 16 bytes of slack
//   INDICES   2048   unpacked, u32, at most 512
//   SEEN     16384   see index-set.ts
//   MASKS      512   for level 0: the n bits of a row; for level r: its leading r*cbl bits. 32 bytes each
//   PENDING    512   the left siblings that wait for their right one, 32 bytes a level
//   SUM         32   XOR of the subtree that is being completed; the root at last
//
// Values are XORs of rows, kept as 32 big-endian bytes, right-aligned, so that no byte is ever swapped.
//
// Order of checks (the cheap ones first, the first that fails names the verdict):
//   1. tree order: at every level the left first index is below the right one   2. all indices differ
//   3. pair by pair, as soon as both halves exist: the level's leading bits collide   4. the root is zero
import { DIGEST_A, DIGEST_B, DIGESTS_END, digestPair, INPUT, PERSON, prepare } from './equihash-digests';
import { allDiffer, scatterBy, SEEN_BYTES } from './index-set';
import { turned } from './lanes';
import { addAndCheck, copyWide, WIDE_BYTES } from './wide-value';

const SOLUTION: usize = (DIGESTS_END + 63) & ~63;
const REVERSED: usize = SOLUTION + 2048;
const INDICES: usize = REVERSED + 2048;
const SEEN: usize = INDICES + 2048;
const MASKS: usize = SEEN + SEEN_BYTES;
const PENDING: usize = MASKS + 512;
const SUM: usize = PENDING + 512;

// The host knows these numbers by their order: see EquihashVerdict.
const VALID: u32 = 0;
const INDEX_ORDER: u32 = 1;
const DUPLICATE_INDEX: u32 = 2;
const COLLISION: u32 = 3;
const NONZERO_ROOT: u32 = 4;

let levels: u32 = 0;
let indexBits: u32 = 0;
let indexCount: u32 = 0;
let rowBytes: u32 = 0;
let rowsPerDigest: u32 = 0;
let digestBytes: u32 = 0;
let solutionBytes: u32 = 0;

export function personAddress(): usize {
  return PERSON;
}
export function inputAddress(): usize {
  return INPUT;
}
export function solutionAddress(): usize {
  return SOLUTION;
}

/** Called once; the host has checked the parameters. @param odd see index-set.ts */
export function configure(n: u32, k: u32, odd: u32): void {
  scatterBy(odd);
  levels = k;
  const collisionBits = n / (k + 1);
  indexBits = collisionBits + 1;
  indexCount = 1 << k;
  rowBytes = n >> 3;
  rowsPerDigest = 512 / n;
  digestBytes = rowsPerDigest * rowBytes;
  solutionBytes = (indexCount * indexBits) >> 3;
  memory.fill(MASKS, 0, 512);
  for (let level: u32 = 0; level <= k; level++) {
    const bits = level == 0 ? n : level * collisionBits;
    for (let bit: u32 = 0; bit < bits; bit++) {
      const place = 256 - n + bit;
      const at = MASKS + 32 * level + (place >> 3);
      store<u8>(at, load<u8>(at) | (((0x80 as u32) >> (place & 7)) as u8));
    }
  }
}

export function verify(inputLength: u32): u32 {
  reverse();
  if (!unpack()) return orderFault();
  if (!allDiffer(SEEN, INDICES, indexCount)) return DUPLICATE_INDEX;
  prepare(inputLength, digestBytes);
  return rowsPerDigest == 2 ? checkTree(true) : checkTree(false);
}

/**
 * The solution with its bytes in opposite order, to REVERSED. Then its last index lies lowest, as in one large
 * little-endian number, and each index is a load, a shift and a mask. The last block may read what lies in front of
 * SOLUTION; those bytes end up above the first index, where nobody looks.
 */
function reverse(): void {
  for (let at: usize = 0; at < (solutionBytes as usize); at += 16) {
    const from = SOLUTION + (solutionBytes as usize) - 16 - at;
    if (ASC_FEATURE_SIMD) {
      v128.store(REVERSED + at, turned(v128.load(from)));
    } else {
      store<u64>(REVERSED + at, bswap<u64>(load<u64>(from, 8)), 0);
      store<u64>(REVERSED + at, bswap<u64>(load<u64>(from, 0)), 8);
    }
  }
}

/**
 * Indices to INDICES. @returns whether the left first index is below the right one at every level: a subtree that is
 * a right child begins where its number without its lowest set bit has its left sibling
 */
function unpack(): bool {
  const mask: u32 = (1 << indexBits) - 1;
  let bit = 8 * solutionBytes - indexBits;
  let ordered: u32 = 1;
  store<u32>(INDICES, ((load<u64>(REVERSED + (bit >> 3)) >> ((bit & 7) as u64)) as u32) & mask);
  for (let i: u32 = 1; i < indexCount; i++) {
    bit -= indexBits;
    const right = ((load<u64>(REVERSED + (bit >> 3)) >> ((bit & 7) as u64)) as u32) & mask;
    store<u32>(INDICES + 4 * i, right);
    ordered &= (index(i & (i - 1)) < right) as u32;
  }
  return ordered != 0;
}

// @ts-ignore: decorator
@inline
function index(i: u32): u32 {
  return load<u32>(INDICES + 4 * i);
}

/** The name of the fault, where there is one in the order: that of the lowest level, and of its leftmost pair. */
function orderFault(): u32 {
  for (let half: u32 = 1; half < indexCount; half <<= 1) {
    for (let i: u32 = 0; i < indexCount; i += 2 * half) {
      const left = index(i);
      const right = index(i + half);
      if (left > right) return INDEX_ORDER;
      if (left == right) return DUPLICATE_INDEX;
    }
  }
  return VALID;
}

// @ts-ignore: decorator
@inline
function checkTree(twoRows: bool): u32 {
  const pairs = indexCount >> 1;
  for (let pair: u32 = 0; pair < pairs; pair++) {
    const left = index(2 * pair);
    const right = index(2 * pair + 1);
    // Division is slow enough to be seen in the figures.
    const groupA = twoRows ? left >> 1 : left / rowsPerDigest;
    const groupB = twoRows ? right >> 1 : right / rowsPerDigest;
    digestPair(groupA, groupB);
    const endA = DIGEST_A + rowBytes * (left - groupA * rowsPerDigest + 1);
    const endB = DIGEST_B + rowBytes * (right - groupB * rowsPerDigest + 1);
    if (!addAndCheck(SUM, endA - WIDE_BYTES, endB - WIDE_BYTES, mask(0), mask(1))) return COLLISION;
    // With every bit that is set at the end of the pair's number, a subtree one level higher is complete.
    let level: u32 = 1;
    for (let done = pair; done & 1; done >>= 1, level++) {
      if (!addAndCheck(SUM, SUM, pending(level), mask(0), mask(level + 1))) return COLLISION;
    }
    copyWide(pending(level), SUM);
  }
  for (let i: usize = 0; i < WIDE_BYTES; i += 8) if (load<u64>(SUM + i) != 0) return NONZERO_ROOT;
  return VALID;
}

/** The bits that have to be zero after this level; for level 0 the bits of a row. */
// @ts-ignore: decorator
@inline
function mask(level: u32): usize {
  return MASKS + WIDE_BYTES * (level as usize);
}

/** The left sibling that waits at this level. */
// @ts-ignore: decorator
@inline
function pending(level: u32): usize {
  return PENDING + WIDE_BYTES * (level as usize);
}
