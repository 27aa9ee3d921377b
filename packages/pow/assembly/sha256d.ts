// SHA-256 (FIPS 180-4), once and twice, over a message that comes in chunks.
//
// Memory:
//   CHAIN   32    chain value, u32 in host order
//   WORDS  256    message schedule of one block
//   K      256    round constants, written by the host from its own derivation (see hash/sha256d.ts)
//   CHUNK  65536  input, then up to 128 bytes of padding: the host writes at most 65,536 bytes at a time
//
// Invariant: every chunk but the last is a multiple of 64 bytes.

const CHAIN: usize = 64;
const WORDS: usize = CHAIN + 32;
const K: usize = WORDS + 256;
const CHUNK: usize = K + 256;
const CHUNK_BYTES: u32 = 65536;

let total: u64 = 0;

export function chunkAddress(): usize {
  return CHUNK;
}
export function chunkBytes(): u32 {
  return CHUNK_BYTES;
}
export function constantsAddress(): usize {
  return K;
}
export function digestAddress(): usize {
  return CHAIN;
}

export function begin(): void {
  store<u32>(CHAIN, 0x6a09e667, 0);
  store<u32>(CHAIN, 0xbb67ae85, 4);
  store<u32>(CHAIN, 0x3c6ef372, 8);
  store<u32>(CHAIN, 0xa54ff53a, 12);
  store<u32>(CHAIN, 0x510e527f, 16);
  store<u32>(CHAIN, 0x9b05688c, 20);
  store<u32>(CHAIN, 0x1f83d9ab, 24);
  store<u32>(CHAIN, 0x5be0cd19, 28);
  total = 0;
}

/** Hashes the next `length` bytes at CHUNK, a multiple of 64. */
export function update(length: u32): void {
  for (let at: u32 = 0; at < length; at += 64) compress(CHUNK + at);
  total += length;
}

/** Hashes the last `length` bytes at CHUNK, at most CHUNK_BYTES, and writes the digest to digestAddress(). */
export function finish(length: u32): void {
  const whole = length & ~63;
  update(whole);
  total += length - whole;
  const tail = CHUNK + whole;
  const rest = length - whole;
  const padded: u32 = rest < 56 ? 64 : 128;
  store<u8>(tail + rest, 0x80);
  memory.fill(tail + rest + 1, 0, padded - rest - 9);
  store<u64>(tail + padded - 8, bswap<u64>(total << 3));
  compress(tail);
  if (padded == 128) compress(tail + 64);
  for (let i: usize = 0; i < 32; i += 4) store<u32>(CHAIN + i, bswap<u32>(load<u32>(CHAIN + i)));
}

/** Like `finish`, and hashes the digest once more. */
export function finishTwice(length: u32): void {
  finish(length);
  memory.copy(CHUNK, CHAIN, 32);
  begin();
  finish(32);
}

function compress(block: usize): void {
  for (let i: usize = 0; i < 64; i += 4) store<u32>(WORDS + i, bswap<u32>(load<u32>(block + i)));
  for (let i: usize = 64; i < 256; i += 4) {
    const w15 = load<u32>(WORDS + i - 60);
    const w2 = load<u32>(WORDS + i - 8);
    const s0 = rotr<u32>(w15, 7) ^ rotr<u32>(w15, 18) ^ (w15 >> 3);
    const s1 = rotr<u32>(w2, 17) ^ rotr<u32>(w2, 19) ^ (w2 >> 10);
    store<u32>(WORDS + i, load<u32>(WORDS + i - 64) + s0 + load<u32>(WORDS + i - 28) + s1);
  }
  let a = load<u32>(CHAIN, 0);
  let b = load<u32>(CHAIN, 4);
  let c = load<u32>(CHAIN, 8);
  let d = load<u32>(CHAIN, 12);
  let e = load<u32>(CHAIN, 16);
  let f = load<u32>(CHAIN, 20);
  let g = load<u32>(CHAIN, 24);
  let h = load<u32>(CHAIN, 28);
  for (let i: usize = 0; i < 256; i += 4) {
    const sum1 = rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25);
    const t1 = h + sum1 + (g ^ (e & (f ^ g))) + load<u32>(K + i) + load<u32>(WORDS + i);
    const sum0 = rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22);
    const t2 = sum0 + ((a & b) | (c & (a | b)));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  store<u32>(CHAIN, load<u32>(CHAIN, 0) + a, 0);
  store<u32>(CHAIN, load<u32>(CHAIN, 4) + b, 4);
  store<u32>(CHAIN, load<u32>(CHAIN, 8) + c, 8);
  store<u32>(CHAIN, load<u32>(CHAIN, 12) + d, 12);
  store<u32>(CHAIN, load<u32>(CHAIN, 16) + e, 16);
  store<u32>(CHAIN, load<u32>(CHAIN, 20) + f, 20);
  store<u32>(CHAIN, load<u32>(CHAIN, 24) + g, 24);
  store<u32>(CHAIN, load<u32>(CHAIN, 28) + h, 28);
}
