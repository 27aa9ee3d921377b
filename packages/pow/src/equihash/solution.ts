import { AditError, checkBytes, startsWithBytes } from '@adit/primitives';
import type { EquihashSizes } from './params.ts';

/**
 * Strips the length prefix of a solution. A server that accepts other prefixes or lengths counts one share many times, or
 * shares that no node accepts.
 * @returns a view, or undefined unless the prefix is the shortest one and the length is exact
 * @throws AditError `ADIT_BAD_BYTES` for hex text
 */
export function stripSolutionPrefix(prefixed: Uint8Array, sizes: EquihashSizes): Uint8Array | undefined {
  checkBytes(prefixed, 'the solution');
  const { prefix, solutionBytes } = sizes;
  if (prefixed.length !== prefix.length + solutionBytes || !startsWithBytes(prefixed, prefix))
    return undefined;
  return prefixed.subarray(prefix.length);
}

/**
 * Packs indices for the wire: `indexBits` bits each, most significant bit first, without prefix.
 * @throws AditError `ADIT_BAD_SOLUTION` for a wrong number of indices, or an index out of range
 */
export function packIndices(indices: ArrayLike<number>, sizes: EquihashSizes): Uint8Array {
  const { indexBits, indexCount, rowCount, solutionBytes } = sizes;
  if (indices.length !== indexCount) {
    throw new AditError('ADIT_BAD_SOLUTION', `a solution has ${indexCount} indices, not ${indices.length}`);
  }
  const packed = new Uint8Array(solutionBytes);
  for (let i = 0; i < indexCount; i += 1) {
    const index = indices[i] ?? -1;
    if (!Number.isInteger(index) || index < 0 || index >= rowCount) {
      throw new AditError('ADIT_BAD_SOLUTION', `index ${i} must be 0 to ${rowCount - 1}, not ${index}`);
    }
    for (let bit = 0; bit < indexBits; bit += 1) {
      if (((index >>> (indexBits - 1 - bit)) & 1) === 0) continue;
      const place = i * indexBits + bit;
      packed[place >> 3] = (packed[place >> 3] ?? 0) | (0x80 >> (place & 7));
    }
  }
  return packed;
}

/** Inverse of {@link packIndices}. @throws AditError `ADIT_BAD_SOLUTION` for a wrong length */
export function unpackIndices(solution: Uint8Array, sizes: EquihashSizes): Uint32Array {
  checkBytes(solution, 'the solution');
  const { indexBits, indexCount, solutionBytes } = sizes;
  if (solution.length !== solutionBytes) {
    throw new AditError('ADIT_BAD_SOLUTION', `a solution is ${solutionBytes} bytes, not ${solution.length}`);
  }
  const indices = new Uint32Array(indexCount);
  for (let place = 0; place < indexCount * indexBits; place += 1) {
    const bit = ((solution[place >> 3] ?? 0) >> (7 - (place & 7))) & 1;
    const i = Math.floor(place / indexBits);
    indices[i] = ((indices[i] ?? 0) << 1) | bit;
  }
  return indices;
}
