// Values of 32 bytes in memory, which an Equihash verifier adds (XOR) and compares with masks: two vectors each, or four
// words in the plain build.

export const WIDE_BYTES: usize = 32;

/** to = (a ^ b) & keep; `to` may be a or b. @returns whether no bit under `zero` is set in it */
// @ts-ignore: decorator
@inline
export function addAndCheck(to: usize, a: usize, b: usize, keep: usize, zero: usize): bool {
  if (ASC_FEATURE_SIMD) {
    const first = v128.and(v128.xor(v128.load(a, 0), v128.load(b, 0)), v128.load(keep, 0));
    const second = v128.and(v128.xor(v128.load(a, 16), v128.load(b, 16)), v128.load(keep, 16));
    v128.store(to, first, 0);
    v128.store(to, second, 16);
    return !v128.any_true(v128.or(v128.and(first, v128.load(zero, 0)), v128.and(second, v128.load(zero, 16))));
  } else {
    let set: u64 = 0;
    for (let i: usize = 0; i < WIDE_BYTES; i += 8) {
      const word = (load<u64>(a + i) ^ load<u64>(b + i)) & load<u64>(keep + i);
      store<u64>(to + i, word);
      set |= word & load<u64>(zero + i);
    }
    return set == 0;
  }
}

// @ts-ignore: decorator
@inline
export function copyWide(to: usize, from: usize): void {
  for (let i: usize = 0; i < WIDE_BYTES; i += 8) store<u64>(to + i, load<u64>(from + i));
}
