// Equihash solver: Wagner's algorithm with buckets, for (n, k) with digits of at most 20 bits. It uses one thread, and
// `configure` lays out its memory once.
//
// A value is an XOR of rows, kept right-aligned as little-endian 64-bit words. After stage r its leading r digits are
// zero and not stored; nor are the B leading bits of the next digit, which are the number of its bucket. So a stage
// stores only the low W words of the remaining bits, and the XOR of a pair is the XOR of its words.
//
// One stage: within each bucket find all pairs that agree in the other R = D - B bits of the digit (a hash table of
// 2^R chains) and append their XORs to the buckets of the next stage, with a reference to the pair:
//   stage 0   the row's index
//   stage r   bucket of stage r-1 << (32 - B) | s0 (s0 - 1) / 2 + s1,   s0 > s1 the slots of the pair
// After stage k-1 two digits are left; a pair that agrees in both is a candidate. Its references lead back to 2^k
// rows; when they all differ it is a solution.
//
// Memory, above the map of equihash-digests.ts:
//   SEEN        16384   see index-set.ts
//   HEADS        2048   u16 for each chain: slot + 1 of its newest member, 0 for none
//   LINKS        8192   u16 for each slot: slot + 1 of the next older member
//   COUNTS       8192   two times 1024 buckets, u32: filled slots of this stage and of the next
//   LEAVES       2048   u32: the indices of one candidate
//   SOLUTIONS  131072   u32: the indices of up to 64 solutions
//   VALUES_A, VALUES_B   the values of even and of odd stages: buckets * slots * 8 W bytes
//   and buckets * slots * 4 bytes for each stage whose references have no room in the value arrays
//
// W falls from stage to stage, so the upper part of both value arrays becomes free. References of later stages go there,
// from the top down; those of earlier stages follow the arrays. For (200,9) this takes 64 bytes for each slot instead of
// 84. A full bucket drops further values. `slots` is ten deviations above the mean, so this does not happen in practice;
// `dropped` counts the dropped values for the tests.
import { turned } from './lanes';
import { DIGEST_A, DIGEST_B, DIGESTS_END, digestPair, INPUT, PERSON, prepare } from './equihash-digests';
import { allDiffer, SEEN_BYTES } from './index-set';

// @ts-ignore: decorator
@external('host', 'cancelled')
declare function cancelled(): i32;

const SEEN: usize = (DIGESTS_END + 63) & ~63;
const HEADS: usize = SEEN + SEEN_BYTES;
const LINKS: usize = HEADS + 2048;
const COUNTS: usize = LINKS + 8192;
const COUNTS_BYTES: usize = 4096;
const REFERENCES_AT: usize = COUNTS + 2 * COUNTS_BYTES;
const LEAVES: usize = REFERENCES_AT + 64;
const SOLUTIONS: usize = LEAVES + 2048;
const MAX_SOLUTIONS: u32 = 64;
const ARENA: usize = SOLUTIONS + 131072;

/** Digests, or buckets, between two calls of `cancelled`: one to two milliseconds. */
const DIGESTS_PER_POLL: u32 = 16384;
const BUCKETS_PER_POLL: u32 = 32;
const CANCELLED: u32 = 0xffffffff;

let bits: u32 = 0; // n
let levels: u32 = 0; // k
let digit: u32 = 0; // D
let bucketBits: u32 = 0; // B
let buckets: u32 = 0;
let slots: u32 = 0;
let rowBytes: u32 = 0;
let rowsPerDigest: u32 = 0;
let rowCount: u32 = 0;
let valuesA: usize = 0;
let valuesB: usize = 0;
let rowReferences: usize = 0;
let found: u32 = 0;
let droppedCount: u32 = 0;

export function personAddress(): usize {
  return PERSON;
}
export function inputAddress(): usize {
  return INPUT;
}
/** The address of the solutions: each is 2^k indices (u32) in canonical order. */
export function solutionsAddress(): usize {
  return SOLUTIONS;
}
/** How many values of the last input found their bucket full. Solutions that need them are lost. */
export function dropped(): u32 {
  return droppedCount;
}

/**
 * The host calls it once, with parameters that it has checked: B <= 10, R <= 10, slots <= 4096 and
 * slots (slots - 1) / 2 <= 2^(32 - B). @returns false when there is not enough memory
 */
export function configure(n: u32, k: u32, bucketBitCount: u32, slotCount: u32): bool {
  bits = n;
  levels = k;
  digit = n / (k + 1);
  bucketBits = bucketBitCount;
  buckets = 1 << bucketBits;
  slots = slotCount;
  rowBytes = n >> 3;
  rowsPerDigest = 512 / n;
  rowCount = 2 << digit;
  const places = (buckets * slots) as usize;
  valuesA = ARENA;
  // A key is a load of four bytes from any byte, so some bytes must follow the last value.
  valuesB = valuesA + places * 8 * wordsAfter(0) + 64;
  const end = placeReferences(valuesB + places * 8 * wordsAfter(1) + 64);
  rowReferences = referencesOf(0);
  const missing = ((end + 65535) >> 16) as i32 - memory.size();
  return missing <= 0 || memory.grow(missing) >= 0;
}

/**
 * Gives each stage its place for references. While a stage is written, the bytes above its values and above those of the
 * stage that is read are free. @param end the end of the value arrays @returns the end of all memory
 */
function placeReferences(end: usize): usize {
  const places = (buckets * slots) as usize;
  const bytes = 4 * places;
  let topA = valuesA + places * 8 * wordsAfter(0);
  let topB = valuesB + places * 8 * wordsAfter(1);
  for (let stage: u32 = 0; stage < levels; stage++) {
    const even = stage & 1 ? stage - 1 : stage;
    const odd = stage & 1 ? stage : max<u32>(stage, 1) - 1;
    let at: usize;
    if (topA - bytes >= valuesA + places * 8 * wordsAfter(even)) at = topA -= bytes;
    else if (topB - bytes >= valuesB + places * 8 * wordsAfter(odd)) at = topB -= bytes;
    else {
      at = end;
      end += bytes;
    }
    store<u32>(REFERENCES_AT + 4 * stage, at as u32);
  }
  return end;
}

/** How many words a value keeps after stage r: its bits without the leading r digits and the bucket number. */
function wordsAfter(stage: u32): usize {
  return ((bits - stage * digit - bucketBits + 63) >> 6) as usize;
}

/** @returns the number of solutions, at most 64, or 0xffffffff when cancelled */
export function solve(inputLength: u32): u32 {
  found = 0;
  droppedCount = 0;
  prepare(inputLength, rowBytes * rowsPerDigest);
  memory.fill(COUNTS, 0, COUNTS_BYTES);
  if (!fillRows()) return CANCELLED;
  for (let stage: u32 = 0; stage + 1 < levels; stage++) {
    memory.fill(countsOf(stage + 1), 0, COUNTS_BYTES);
    // At most three words, since n <= 200; and a stage drops at most one word, since a digit is shorter than a word.
    const from = wordsAfter(stage);
    const to = wordsAfter(stage + 1);
    let done: bool;
    if (to == 1) done = from == 1 ? join(stage, 1, 1) : join(stage, 2, 1);
    else if (to == 2) done = from == 2 ? join(stage, 2, 2) : join(stage, 3, 2);
    else done = join(stage, 3, 3);
    if (!done) return CANCELLED;
  }
  return collect() ? found : CANCELLED;
}

// @ts-ignore: decorator
@inline
function countsOf(stage: u32): usize {
  return COUNTS + ((stage & 1) as usize) * COUNTS_BYTES;
}

// @ts-ignore: decorator
@inline
function valuesOf(stage: u32): usize {
  return stage & 1 ? valuesB : valuesA;
}

// @ts-ignore: decorator
@inline
function referencesOf(stage: u32): usize {
  return load<u32>(REFERENCES_AT + 4 * stage) as usize;
}

function fillRows(): bool {
  const groups = (rowCount + rowsPerDigest - 1) / rowsPerDigest;
  for (let group: u32 = 0; group < groups; group += 2) {
    if ((group & (DIGESTS_PER_POLL - 1)) == 0 && cancelled()) return false;
    digestPair(group, group + 1);
    addRows(group, DIGEST_A);
    addRows(group + 1, DIGEST_B);
  }
  return true;
}

// @ts-ignore: decorator
@inline
function addRows(group: u32, digest: usize): void {
  const words = wordsAfter(0);
  const spare = 64 * (words as u32) - min<u32>(bits, 64 * (words as u32));
  const top: u64 = ~0 >> (spare as u64);
  let row = group * rowsPerDigest;
  for (let i: u32 = 0; i < rowsPerDigest && row < rowCount; i++, row++) {
    const start = digest + rowBytes * i;
    const bucket = bswap<u32>(load<u32>(start)) >> (32 - bucketBits);
    const count = load<u32>(COUNTS + 4 * bucket);
    if (count >= slots) {
      droppedCount++;
      continue;
    }
    store<u32>(COUNTS + 4 * bucket, count + 1);
    const place = (bucket * slots + count) as usize;
    store<u32>(rowReferences + 4 * place, row);
    const at = valuesA + place * 8 * words;
    let end = start + rowBytes;
    if (ASC_FEATURE_SIMD && words == 3) {
      // The same as below with shuffles, since WebAssembly has no instruction that reverses bytes.
      v128.store(at, turned(v128.load(end - 16)));
      store<u64>(at, i64x2.extract_lane(turned(v128.load(end - 32)), 0) & top, 16);
      continue;
    }
    let word = at;
    for (let i: usize = 1; i < words; i++, word += 8) {
      end -= 8;
      store<u64>(word, bswap<u64>(load<u64>(end)));
    }
    store<u64>(word, bswap<u64>(load<u64>(end - 8)) & top);
  }
}

/** Runs one stage. Inlined, `fromWords` and `toWords` are constants. @returns false when cancelled */
// @ts-ignore: decorator
@inline
function join(stage: u32, fromWords: usize, toWords: usize): bool {
  const fromSize: usize = 8 * fromWords;
  const toSize: usize = 8 * toWords;
  const keyShift = bits - (stage + 1) * digit;
  const keyMask: u32 = (1 << (digit - bucketBits)) - 1;
  const bucketShift = keyShift - bucketBits;
  const bucketMask: u32 = buckets - 1;
  const keyByte = (keyShift >> 3) as usize;
  const keyBit = keyShift & 7;
  const bucketByte = (bucketShift >> 3) as usize;
  const bucketBit = bucketShift & 7;
  const headsBytes: usize = ((keyMask as usize) + 1) * 2;
  const counts = countsOf(stage);
  const nextCounts = countsOf(stage + 1);
  const nextValues = valuesOf(stage + 1);
  const nextReferences = referencesOf(stage + 1);
  const capacity = slots;
  const bucketCount = buckets;
  // A value that became zero has rows that occur twice; with long digits, the chance of another cause is about 2^-40.
  // With short digits that chance is real, so there the rows are compared.
  const trustZero = digit >= 20;
  let from = valuesOf(stage);
  for (let bucket: u32 = 0; bucket < bucketCount; bucket++, from += (capacity as usize) * fromSize) {
    if ((bucket & (BUCKETS_PER_POLL - 1)) == 0 && cancelled()) return false;
    memory.fill(HEADS, 0, headsBytes);
    const count = load<u32>(counts + 4 * bucket);
    const reference = bucket << (32 - bucketBits);
    let value = from;
    for (let slot: u32 = 0; slot < count; slot++, value += fromSize) {
      const key = (load<u32>(value + keyByte) >> keyBit) & keyMask;
      const head = HEADS + 2 * key;
      let other = load<u16>(head) as u32;
      store<u16>(head, slot + 1);
      store<u16>(LINKS + 2 * slot, other);
      if (!other) continue;
      const triangle = reference | ((slot * (slot - 1)) >> 1);
      const ours = load<u32>(value + bucketByte);
      do {
        const mate = other - 1;
        const pair = from + (mate as usize) * fromSize;
        const to = ((ours ^ load<u32>(pair + bucketByte)) >> bucketBit) & bucketMask;
        other = load<u16>(LINKS + 2 * mate);
        const place = load<u32>(nextCounts + 4 * to);
        if (place >= capacity) {
          droppedCount++;
          continue;
        }
        const at = (to * capacity + place) as usize;
        const target = nextValues + at * toSize;
        let any: u64;
        if (toWords == 1) {
          any = load<u64>(value) ^ load<u64>(pair);
          store<u64>(target, any);
        } else {
          if (ASC_FEATURE_SIMD) {
            const low = v128.xor(v128.load(value), v128.load(pair));
            v128.store(target, low);
            any = i64x2.extract_lane(low, 0);
          } else {
            any = load<u64>(value) ^ load<u64>(pair);
            store<u64>(target, any);
            store<u64>(target, load<u64>(value, 8) ^ load<u64>(pair, 8), 8);
          }
          if (toWords == 3) store<u64>(target, load<u64>(value, 16) ^ load<u64>(pair, 16), 16);
        }
        // The lowest word of another value is hardly ever zero.
        if (any == 0 && to == 0 && isZero(target, toSize)) {
          if (trustZero || !differ(stage, bucket, slot, mate)) continue;
        }
        store<u32>(nextReferences + 4 * at, triangle + mate);
        store<u32>(nextCounts + 4 * to, place + 1);
      } while (other);
    }
  }
  return true;
}

function isZero(value: usize, size: usize): bool {
  for (let i: usize = 0; i < size; i += 8) if (load<u64>(value + i) != 0) return false;
  return true;
}

/** @returns whether all rows of a pair of this stage differ */
function differ(stage: u32, bucket: u32, slot: u32, mate: u32): bool {
  return spreadPair(stage, bucket, slot, mate) && allDiffer(SEEN, LEAVES, 2 << stage);
}

/** Pairs the last two digits at once: values that agree in the rest of the bucket's digit and in the last digit. */
function collect(): bool {
  const stage = levels - 1;
  const counts = countsOf(stage);
  const keyMask: u64 = (1 << (digit - bucketBits)) - 1;
  let from = valuesOf(stage);
  for (let bucket: u32 = 0; bucket < buckets; bucket++, from += 8 * (slots as usize)) {
    if ((bucket & (BUCKETS_PER_POLL - 1)) == 0 && cancelled()) return false;
    memory.fill(HEADS, 0, ((keyMask as usize) + 1) * 2);
    const count = load<u32>(counts + 4 * bucket);
    for (let slot: u32 = 0; slot < count; slot++) {
      const value = load<u64>(from + 8 * (slot as usize));
      const head = HEADS + 2 * ((value & keyMask) as usize);
      let other = load<u16>(head) as u32;
      store<u16>(head, slot + 1);
      store<u16>(LINKS + 2 * slot, other);
      while (other) {
        const mate = other - 1;
        if (load<u64>(from + 8 * (mate as usize)) == value) addCandidate(bucket, slot, mate);
        other = load<u16>(LINKS + 2 * mate);
      }
    }
  }
  return true;
}

function addCandidate(bucket: u32, slot: u32, mate: u32): void {
  if (found >= MAX_SOLUTIONS || !differ(levels - 1, bucket, slot, mate)) return;
  const bytes: usize = (4 as usize) << levels;
  memory.copy(SOLUTIONS + (found as usize) * bytes, LEAVES, bytes);
  found++;
}

/** Writes the rows of a pair in canonical order to LEAVES. @returns false when two subtrees begin with the same row */
function spreadPair(stage: u32, bucket: u32, slot: u32, mate: u32): bool {
  const half: usize = (4 as usize) << stage;
  return (
    spread(stage, bucket, slot, LEAVES) && spread(stage, bucket, mate, LEAVES + half) && arrange(LEAVES, half)
  );
}

/** Writes the 2^stage rows of a value to `out`. */
function spread(stage: u32, bucket: u32, slot: u32, out: usize): bool {
  const reference = load<u32>(referencesOf(stage) + 4 * ((bucket * slots + slot) as usize));
  if (stage == 0) {
    store<u32>(out, reference);
    return true;
  }
  const parent = reference >> (32 - bucketBits);
  const pair = reference & (((1 as u32) << (32 - bucketBits)) - 1);
  // The largest s with s (s - 1) / 2 <= pair. With a square root of 64-bit floats, s is off by at most one.
  let larger = ((1.0 + sqrt<f64>(1.0 + 8.0 * (pair as f64))) * 0.5) as u32;
  if ((larger * (larger - 1)) >> 1 > pair) larger--;
  else if ((larger * (larger + 1)) >> 1 <= pair) larger++;
  const smaller = pair - ((larger * (larger - 1)) >> 1);
  const half: usize = (2 as usize) << stage;
  return (
    spread(stage - 1, parent, larger, out) && spread(stage - 1, parent, smaller, out + half) && arrange(out, half)
  );
}

/** Puts the half that begins with the smaller row first. @returns false when both begin with the same row */
function arrange(out: usize, half: usize): bool {
  const left = load<u32>(out);
  const right = load<u32>(out + half);
  if (left == right) return false;
  if (left < right) return true;
  for (let i: usize = 0; i < half; i += 4) {
    const moved = load<u32>(out + i);
    store<u32>(out + i, load<u32>(out + half + i));
    store<u32>(out + half + i, moved);
  }
  return true;
}
