// SHA3-256 and SHA3-512 (FIPS 202) over a message that comes in chunks.
//
// Memory:
//   LANES      200    the sponge; begins with the digest at the end
//   CONSTANTS  192
//   CHUNK    65536    input; the host writes at most chunkBytes() at a time
//
// The rate is 136 bytes for SHA3-256 and 72 for SHA3-512. Bytes are absorbed one by one up to a lane's border and
// then eight at a time: both rates are whole lanes.
import { CONSTANTS_BYTES, LANES_BYTES, permute, writeRoundConstants } from './keccak';

const LANES: usize = 64;
const CONSTANTS: usize = LANES + LANES_BYTES;
const CHUNK: usize = CONSTANTS + CONSTANTS_BYTES;
const CHUNK_BYTES: u32 = 65536;

let rate: u32 = 0;
let filled: u32 = 0;

export function chunkAddress(): usize {
  return CHUNK;
}
export function chunkBytes(): u32 {
  return CHUNK_BYTES;
}
export function digestAddress(): usize {
  return LANES;
}

/** @param digestBytes 32 or 64 */
export function begin(digestBytes: u32): void {
  writeRoundConstants(CONSTANTS);
  memory.fill(LANES, 0, LANES_BYTES);
  rate = 200 - 2 * digestBytes;
  filled = 0;
}

export function update(length: u32): void {
  let at: u32 = 0;
  while (at < length) {
    if ((filled & 7) == 0 && length - at >= 8) {
      store<u64>(LANES + filled, load<u64>(LANES + filled) ^ load<u64>(CHUNK + at));
      filled += 8;
      at += 8;
    } else {
      store<u8>(LANES + filled, load<u8>(LANES + filled) ^ load<u8>(CHUNK + at));
      filled += 1;
      at += 1;
    }
    if (filled == rate) {
      permute(LANES, CONSTANTS);
      filled = 0;
    }
  }
}

/** Writes the digest to digestAddress(). */
export function finish(): void {
  store<u8>(LANES + filled, load<u8>(LANES + filled) ^ 0x06);
  store<u8>(LANES + rate - 1, load<u8>(LANES + rate - 1) ^ 0x80);
  permute(LANES, CONSTANTS);
}
