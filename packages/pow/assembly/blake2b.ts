// BLAKE2b (RFC 7693), keyless, with a personalization, over bytes that lie in memory.
//
// The caller says where the state is:
//   h   64 bytes   the chain value
//   v  128 bytes   scratch of one compression
// Invariant: a compression gets whole blocks of 128 bytes; the caller pads the last one with zeros.
import { allRounds } from './unrolled/blake2b-rounds';

export const IV0: u64 = 0x6a09e667f3bcc908;
export const IV1: u64 = 0xbb67ae8584caa73b;
export const IV2: u64 = 0x3c6ef372fe94f82b;
export const IV3: u64 = 0xa54ff53a5f1d36f1;
export const IV4: u64 = 0x510e527fade682d1;
export const IV5: u64 = 0x9b05688c2b3e6c1f;
export const IV6: u64 = 0x1f83d9abfb41bd6b;
export const IV7: u64 = 0x5be0cd19137e2179;

/** Begins a hash. Its parameter block has digest length, no key, fanout 1, depth 1, no salt, 16 bytes of personalization. */
export function begin(h: usize, digestBytes: u32, personalization: usize): void {
  store<u64>(h, IV0 ^ 0x01010000 ^ (digestBytes as u64), 0);
  store<u64>(h, IV1, 8);
  store<u64>(h, IV2, 16);
  store<u64>(h, IV3, 24);
  store<u64>(h, IV4, 32);
  store<u64>(h, IV5, 40);
  store<u64>(h, IV6 ^ load<u64>(personalization, 0), 48);
  store<u64>(h, IV7 ^ load<u64>(personalization, 8), 56);
}

/** Writes the working state before round 0. @param total bytes hashed so far, including this block */
export function loadState(v: usize, h: usize, total: u64, last: bool): void {
  memory.copy(v, h, 64);
  store<u64>(v, IV0, 64);
  store<u64>(v, IV1, 72);
  store<u64>(v, IV2, 80);
  store<u64>(v, IV3, 88);
  store<u64>(v, IV4 ^ total, 96);
  store<u64>(v, IV5, 104);
  store<u64>(v, last ? ~IV6 : IV6, 112);
  store<u64>(v, IV7, 120);
}

export function compress(h: usize, v: usize, block: usize, total: u64, last: bool): void {
  loadState(v, h, total, last);
  allRounds(v, block);
  for (let i: usize = 0; i < 64; i += 8) {
    store<u64>(h + i, load<u64>(h + i) ^ load<u64>(v + i) ^ load<u64>(v + i, 64));
  }
}
