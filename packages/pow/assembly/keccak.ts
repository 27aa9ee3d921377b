// Keccak-f[1600] (FIPS 202) on 25 lanes of 8 little-endian bytes, lane x + 5y at byte 8 * (x + 5y).
//
// The 24 round constants are not a table: the standard defines them by a shift register (algorithm 5), which
// `writeRoundConstants` runs once. It writes them into the 192 bytes that the kernel gives.

export const LANES_BYTES: usize = 200;
export const CONSTANTS_BYTES: usize = 192;

export function writeRoundConstants(to: usize): void {
  let register: u32 = 1;
  for (let round: usize = 0; round < 24; round++) {
    let constant: u64 = 0;
    for (let j: u32 = 0; j < 7; j++) {
      if (register & 1) constant |= (1 as u64) << ((1 << j) - 1);
      register <<= 1;
      if (register & 0x100) register ^= 0x171;
    }
    store<u64>(to + 8 * round, constant);
  }
}

export function permute(lanes: usize, constants: usize): void {
  let a0 = load<u64>(lanes, 0), a1 = load<u64>(lanes, 8), a2 = load<u64>(lanes, 16), a3 = load<u64>(lanes, 24);
  let a4 = load<u64>(lanes, 32), a5 = load<u64>(lanes, 40), a6 = load<u64>(lanes, 48), a7 = load<u64>(lanes, 56);
  let a8 = load<u64>(lanes, 64), a9 = load<u64>(lanes, 72), a10 = load<u64>(lanes, 80), a11 = load<u64>(lanes, 88);
  let a12 = load<u64>(lanes, 96), a13 = load<u64>(lanes, 104), a14 = load<u64>(lanes, 112);
  let a15 = load<u64>(lanes, 120), a16 = load<u64>(lanes, 128), a17 = load<u64>(lanes, 136);
  let a18 = load<u64>(lanes, 144), a19 = load<u64>(lanes, 152), a20 = load<u64>(lanes, 160);
  let a21 = load<u64>(lanes, 168), a22 = load<u64>(lanes, 176), a23 = load<u64>(lanes, 184);
  let a24 = load<u64>(lanes, 192);
  for (let at: usize = constants; at < constants + 192; at += 8) {
    // theta
    const c0 = a0 ^ a5 ^ a10 ^ a15 ^ a20;
    const c1 = a1 ^ a6 ^ a11 ^ a16 ^ a21;
    const c2 = a2 ^ a7 ^ a12 ^ a17 ^ a22;
    const c3 = a3 ^ a8 ^ a13 ^ a18 ^ a23;
    const c4 = a4 ^ a9 ^ a14 ^ a19 ^ a24;
    const d0 = c4 ^ rotl<u64>(c1, 1);
    const d1 = c0 ^ rotl<u64>(c2, 1);
    const d2 = c1 ^ rotl<u64>(c3, 1);
    const d3 = c2 ^ rotl<u64>(c4, 1);
    const d4 = c3 ^ rotl<u64>(c0, 1);
    // rho and pi: b[y + 5 * (2x + 3y)] = rotl(a[x + 5y]); chi row by row as soon as its five lanes exist
    const b0 = a0 ^ d0;
    const b1 = rotl<u64>(a6 ^ d1, 44);
    const b2 = rotl<u64>(a12 ^ d2, 43);
    const b3 = rotl<u64>(a18 ^ d3, 21);
    const b4 = rotl<u64>(a24 ^ d4, 14);
    const b5 = rotl<u64>(a3 ^ d3, 28);
    const b6 = rotl<u64>(a9 ^ d4, 20);
    const b7 = rotl<u64>(a10 ^ d0, 3);
    const b8 = rotl<u64>(a16 ^ d1, 45);
    const b9 = rotl<u64>(a22 ^ d2, 61);
    const b10 = rotl<u64>(a1 ^ d1, 1);
    const b11 = rotl<u64>(a7 ^ d2, 6);
    const b12 = rotl<u64>(a13 ^ d3, 25);
    const b13 = rotl<u64>(a19 ^ d4, 8);
    const b14 = rotl<u64>(a20 ^ d0, 18);
    const b15 = rotl<u64>(a4 ^ d4, 27);
    const b16 = rotl<u64>(a5 ^ d0, 36);
    const b17 = rotl<u64>(a11 ^ d1, 10);
    const b18 = rotl<u64>(a17 ^ d2, 15);
    const b19 = rotl<u64>(a23 ^ d3, 56);
    const b20 = rotl<u64>(a2 ^ d2, 62);
    const b21 = rotl<u64>(a8 ^ d3, 55);
    const b22 = rotl<u64>(a14 ^ d4, 39);
    const b23 = rotl<u64>(a15 ^ d0, 41);
    const b24 = rotl<u64>(a21 ^ d1, 2);
    a0 = b0 ^ (~b1 & b2) ^ load<u64>(at);
    a1 = b1 ^ (~b2 & b3);
    a2 = b2 ^ (~b3 & b4);
    a3 = b3 ^ (~b4 & b0);
    a4 = b4 ^ (~b0 & b1);
    a5 = b5 ^ (~b6 & b7);
    a6 = b6 ^ (~b7 & b8);
    a7 = b7 ^ (~b8 & b9);
    a8 = b8 ^ (~b9 & b5);
    a9 = b9 ^ (~b5 & b6);
    a10 = b10 ^ (~b11 & b12);
    a11 = b11 ^ (~b12 & b13);
    a12 = b12 ^ (~b13 & b14);
    a13 = b13 ^ (~b14 & b10);
    a14 = b14 ^ (~b10 & b11);
    a15 = b15 ^ (~b16 & b17);
    a16 = b16 ^ (~b17 & b18);
    a17 = b17 ^ (~b18 & b19);
    a18 = b18 ^ (~b19 & b15);
    a19 = b19 ^ (~b15 & b16);
    a20 = b20 ^ (~b21 & b22);
    a21 = b21 ^ (~b22 & b23);
    a22 = b22 ^ (~b23 & b24);
    a23 = b23 ^ (~b24 & b20);
    a24 = b24 ^ (~b20 & b21);
  }
  store<u64>(lanes, a0, 0); store<u64>(lanes, a1, 8); store<u64>(lanes, a2, 16); store<u64>(lanes, a3, 24);
  store<u64>(lanes, a4, 32); store<u64>(lanes, a5, 40); store<u64>(lanes, a6, 48); store<u64>(lanes, a7, 56);
  store<u64>(lanes, a8, 64); store<u64>(lanes, a9, 72); store<u64>(lanes, a10, 80); store<u64>(lanes, a11, 88);
  store<u64>(lanes, a12, 96); store<u64>(lanes, a13, 104); store<u64>(lanes, a14, 112);
  store<u64>(lanes, a15, 120); store<u64>(lanes, a16, 128); store<u64>(lanes, a17, 136);
  store<u64>(lanes, a18, 144); store<u64>(lanes, a19, 152); store<u64>(lanes, a20, 160);
  store<u64>(lanes, a21, 168); store<u64>(lanes, a22, 176); store<u64>(lanes, a23, 184);
  store<u64>(lanes, a24, 192);
}
