// Operations of the vector builds: right rotations of both 64-bit lanes, and reversing the bytes of a vector.
//
// A rotation by 32 bits is a shuffle of words, one instruction. By 24 and by 16 it is a swizzle of bytes by a vector
// from memory: a shuffle by constants would do the same, but V8 builds the constant again for each one, in five
// instructions where the swizzle has two. By 63 it is a left rotation by one: doubling, and the top bit moved down.

/** Writes the two byte orders for rotr24 and rotr16, 16 bytes each. */
export const ROTATIONS_BYTES: usize = 32;

export function writeRotations(to: usize): void {
  v128.store(to, i8x16(3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10), 0);
  v128.store(to, i8x16(2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9), 16);
}

// @ts-ignore: decorator
@inline
export function rotr32(x: v128): v128 {
  return v128.shuffle<u32>(x, x, 1, 0, 3, 2);
}

/** @param order24 the first of the two orders */
// @ts-ignore: decorator
@inline
export function rotr24(x: v128, order24: v128): v128 {
  return v128.swizzle(x, order24);
}

/** @param order16 the second of the two orders */
// @ts-ignore: decorator
@inline
export function rotr16(x: v128, order16: v128): v128 {
  return v128.swizzle(x, order16);
}

// @ts-ignore: decorator
@inline
export function rotr63(x: v128): v128 {
  return v128.or(i64x2.add(x, x), i64x2.shr_u(x, 63));
}

/** Reverses the order of all sixteen bytes. */
// @ts-ignore: decorator
@inline
export function turned(x: v128): v128 {
  return v128.shuffle<u8>(x, x, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
}
