// Equihash as in its definition, simple and slow: strings of bits as bigint, without shared or unrolled parts.
import type { EquihashParams, EquihashVerdict } from '@adit/pow';
import { bigintFromBytes, concatBytes, uint32LE } from '@adit/primitives';
import { blake2b } from '@noble/hashes/blake2.js';

const ascii = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** @returns row i: n bits, the first one most significant */
export function referenceRow(params: EquihashParams, input: Uint8Array, index: number): bigint {
  const { n, k, personalization } = params;
  const rowsPerDigest = Math.floor(512 / n);
  const rowBytes = Math.ceil(n / 8);
  const digest = blake2b(concatBytes(input, uint32LE(Math.floor(index / rowsPerDigest))), {
    dkLen: rowsPerDigest * rowBytes,
    personalization: concatBytes(ascii(personalization), uint32LE(n), uint32LE(k)),
  });
  const start = (index % rowsPerDigest) * rowBytes;
  return bigintFromBytes(digest.subarray(start, start + rowBytes));
}

export function referenceUnpack({ n, k }: EquihashParams, solution: Uint8Array): number[] {
  const width = n / (k + 1) + 1;
  const bits = Array.from(solution, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length: 2 ** k }, (_, i) => Number.parseInt(bits.slice(i * width, (i + 1) * width), 2));
}

/** Checks all rules, in the order of the verdicts. */
export function referenceVerify(
  params: EquihashParams,
  input: Uint8Array,
  solution: Uint8Array,
): EquihashVerdict {
  const { n, k } = params;
  const collisionBits = n / (k + 1);
  if (solution.length * 8 !== 2 ** k * (collisionBits + 1)) return 'wrong_length';
  const indices = referenceUnpack(params, solution);
  for (let half = 1; half < indices.length; half *= 2) {
    for (let i = 0; i < indices.length; i += 2 * half) {
      const [left = 0, right = 0] = [indices[i], indices[i + half]];
      if (left > right) return 'index_order';
      if (left === right) return 'duplicate_index';
    }
  }
  if (new Set(indices).size !== indices.length) return 'duplicate_index';
  let values = indices.map((index) => referenceRow(params, input, index));
  for (let level = 1; level <= k; level += 1) {
    const next: bigint[] = [];
    for (let i = 0; i < values.length; i += 2) next.push((values[i] ?? 0n) ^ (values[i + 1] ?? 0n));
    if (next.some((value) => value >> BigInt(n - level * collisionBits) !== 0n)) return 'collision';
    values = next;
  }
  return values[0] === 0n ? 'valid' : 'nonzero_root';
}

/** @returns every tree of distinct rows whose k levels collide, by joining all pairs at every level; for (48,5) and smaller */
export function referenceTrees(
  params: EquihashParams,
  input: Uint8Array,
): { readonly value: bigint; readonly indices: readonly number[] }[] {
  const { n, k } = params;
  const collisionBits = n / (k + 1);
  let level = Array.from({ length: 2 ** (collisionBits + 1) }, (_, index) => ({
    value: referenceRow(params, input, index),
    indices: [index],
  }));
  for (let digit = 1; digit <= k; digit += 1) {
    const groups = Map.groupBy(level, ({ value }) => value >> BigInt(n - digit * collisionBits));
    level = [];
    for (const group of groups.values()) {
      for (const [at, a] of group.entries()) {
        for (const b of group.slice(at + 1)) {
          if (a.indices.some((index) => b.indices.includes(index))) continue;
          const [first, second] = (a.indices[0] ?? 0) < (b.indices[0] ?? 0) ? [a, b] : [b, a];
          level.push({ value: a.value ^ b.value, indices: [...first.indices, ...second.indices] });
        }
      }
    }
  }
  return level;
}

/** @returns every solution as a list of indices */
export function referenceSolve(params: EquihashParams, input: Uint8Array): (readonly number[])[] {
  return referenceTrees(params, input)
    .filter(({ value }) => value === 0n)
    .map(({ indices }) => indices);
}
