// Equihash verifier for any (n, k) with n a multiple of 8 up to 256. One thread, no allocation, no imports.
//
// Memory, in bytes, above the map of equihash-digests.ts:
//   SOLUTION  2048   packed indices without prefix, at most 512 of 29 bits        written by the host
//   REVERSED  2048   the same from the last byte to the first; 16 bytes of slack
//   INDICES   2048   unpacked, u32, at most 512
//   SEEN     16384   see index-set.ts
//   MASKS      512   for level 0: the n bits of a row; for level r: its leading r*cbl bits. 32 bytes each
//   PENDING    512   the left siblings that wait for their right sibling, 32 bytes for each level
//   SUM         32   XOR of the subtree in work; at the end that of the root
//
// Values are XORs of rows, kept as 32 big-endian bytes, right-aligned: in this form no byte has to be swapped.
//
// Order of the checks (cheap ones first; the first one that fails gives the verdict):
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

// The host maps these numbers to names by their order: see EquihashVerdict.
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

/** The host calls it once, with parameters that it has checked. @param odd see index-set.ts */
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
 * Writes the bytes of the solution in reverse order to REVERSED. They are then one large little-endian number with the
 * last index lowest, and each index takes a load, a shift and a mask. The last block may read bytes in front of SOLUTION;
 * they land above the first index, and nothing reads them there.
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
 * Unpacks the indices to INDICES. @returns whether at every level the first index of the left subtree is below that of
 * the right one. A subtree at place i is a right child of the subtree at i without its lowest set bit
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

/** The verdict for a fault in the order: that of the lowest level, and there of the leftmost pair. */
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
    // A division here would be slow enough to show in the benchmark.
    const groupA = twoRows ? left >> 1 : left / rowsPerDigest;
    const groupB = twoRows ? right >> 1 : right / rowsPerDigest;
    digestPair(groupA, groupB);
    const endA = DIGEST_A + rowBytes * (left - groupA * rowsPerDigest + 1);
    const endB = DIGEST_B + rowBytes * (right - groupB * rowsPerDigest + 1);
    if (!addAndCheck(SUM, endA - WIDE_BYTES, endB - WIDE_BYTES, mask(0), mask(1))) return COLLISION;
    // Each bit that is set at the low end of the pair's number completes a subtree one level higher.
    let level: u32 = 1;
    for (let done = pair; done & 1; done >>= 1, level++) {
      if (!addAndCheck(SUM, SUM, pending(level), mask(0), mask(level + 1))) return COLLISION;
    }
    copyWide(pending(level), SUM);
  }
  for (let i: usize = 0; i < WIDE_BYTES; i += 8) if (load<u64>(SUM + i) != 0) return NONZERO_ROOT;
  return VALID;
}

/** The mask of the bits that must be zero after this level; for level 0 the bits of a row. */
// @ts-ignore: decorator
@inline
function mask(level: u32): usize {
  return MASKS + WIDE_BYTES * (level as usize);
}

/** The address of the left sibling that waits at this level. */
// @ts-ignore: decorator
@inline
function pending(level: u32): usize {
  return PENDING + WIDE_BYTES * (level as usize);
}
