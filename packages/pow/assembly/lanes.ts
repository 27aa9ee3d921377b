// Right rotations of both 64-bit lanes. By whole bytes they are one byte shuffle, which every engine turns into
// one instruction; by 63 it is a left rotation by one: doubling, and the top bit brought down.

// @ts-ignore: decorator
@inline
export function rotr32(x: v128): v128 {
  return v128.shuffle<u32>(x, x, 1, 0, 3, 2);
}

// @ts-ignore: decorator
@inline
export function rotr24(x: v128): v128 {
  return v128.shuffle<u8>(x, x, 3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10);
}

// @ts-ignore: decorator
@inline
export function rotr16(x: v128): v128 {
  return v128.shuffle<u8>(x, x, 2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9);
}

// @ts-ignore: decorator
@inline
export function rotr63(x: v128): v128 {
  return v128.or(i64x2.add(x, x), i64x2.shr_u(x, 63));
}
