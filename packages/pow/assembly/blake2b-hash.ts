// BLAKE2b with a personalization, over a message that comes in chunks.
//
// Memory:
//   PERSON    16      written by the host
//   CHAIN     64      begins with the digest at the end
//   STATE    128
//   CHUNK  65536      input, then 128 bytes for zero padding
//
// Invariant: every chunk but the last is a multiple of 128 bytes, and only an empty message has an empty last chunk:
// the last block of a message is compressed differently, even when it is full.
import { begin as beginChain, compress } from './blake2b';

const PERSON: usize = 64;
const CHAIN: usize = PERSON + 16;
const STATE: usize = CHAIN + 64;
const CHUNK: usize = STATE + 128;
const CHUNK_BYTES: u32 = 65536;

let total: u64 = 0;

export function personAddress(): usize {
  return PERSON;
}
export function chunkAddress(): usize {
  return CHUNK;
}
export function chunkBytes(): u32 {
  return CHUNK_BYTES;
}
export function digestAddress(): usize {
  return CHAIN;
}

export function begin(digestBytes: u32): void {
  beginChain(CHAIN, digestBytes, PERSON);
  total = 0;
}

export function update(length: u32): void {
  for (let at: u32 = 0; at < length; at += 128) {
    total += 128;
    compress(CHAIN, STATE, CHUNK + at, total, false);
  }
}

export function finish(length: u32): void {
  let at: u32 = 0;
  for (; at + 128 < length; at += 128) {
    total += 128;
    compress(CHAIN, STATE, CHUNK + at, total, false);
  }
  total += length - at;
  memory.fill(CHUNK + length, 0, at + 128 - length);
  compress(CHAIN, STATE, CHUNK + at, total, true);
}
