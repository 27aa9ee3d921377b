import { type EquihashParams, equihashSizes, unpackIndices } from '@adit/pow';
import { concatBytes, uint32LE } from '@adit/primitives';
import { blake2b } from '@noble/hashes/blake2.js';

/**
 * The first version that one would write: a hash library from npm, its state cloned after the header, arrays of bytes,
 * the rules one after the other. The baseline of the verifier.
 */
export function naiveVerify(params: EquihashParams, header: Uint8Array, solution: Uint8Array): boolean {
  const { n, k, personalization } = params;
  const sizes = equihashSizes(params);
  const { collisionBits, digestBytes, rowBytes, rowsPerDigest } = sizes;
  const indices = unpackIndices(solution, sizes);
  if (new Set(indices).size !== indices.length) return false;
  const person = concatBytes(new TextEncoder().encode(personalization), uint32LE(n), uint32LE(k));
  const midstate = blake2b.create({ dkLen: digestBytes, personalization: person }).update(header);
  let level = Array.from(indices, (index) => {
    const digest = midstate
      .clone()
      .update(uint32LE(Math.floor(index / rowsPerDigest)))
      .digest();
    const start = (index % rowsPerDigest) * rowBytes;
    return { first: index, row: digest.subarray(start, start + rowBytes) };
  });
  for (let depth = 1; depth <= k; depth += 1) {
    const next: typeof level = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i], level[i + 1]];
      if (left === undefined || right === undefined || left.first >= right.first) return false;
      const row = left.row.map((byte, at) => byte ^ (right.row[at] ?? 0));
      if (!leadingZeros(row, depth * collisionBits)) return false;
      next.push({ first: left.first, row });
    }
    level = next;
  }
  return level[0]?.row.every((byte) => byte === 0) === true;
}

function leadingZeros(row: Uint8Array, bits: number): boolean {
  const whole = bits >> 3;
  for (let i = 0; i < whole; i += 1) if (row[i] !== 0) return false;
  return (bits & 7) === 0 || (row[whole] ?? 0) >> (8 - (bits & 7)) === 0;
}
