import { AditError, compactSize } from '@adit/primitives';

/** Which Equihash a chain uses. Zcash: 200, 9, `ZcashPoW`. */
export interface EquihashParams {
  readonly n: number;
  readonly k: number;
  /** 8 ASCII characters: `ZcashPoW`, `BgoldPoW`, ... */
  readonly personalization: string;
}

/** What follows from (n, k). */
export interface EquihashSizes {
  /** How many bits collide at each level: n / (k + 1). */
  readonly collisionBits: number;
  /** Width of a packed index: collisionBits + 1. */
  readonly indexBits: number;
  /** 2^k indices make a solution. */
  readonly indexCount: number;
  /** Bytes of a packed solution without its prefix. */
  readonly solutionBytes: number;
  /** The shortest compactSize of `solutionBytes`, which goes before the solution. */
  readonly prefix: Uint8Array;
  /** n / 8. */
  readonly rowBytes: number;
  /** Rows that are cut from one BLAKE2b digest. */
  readonly rowsPerDigest: number;
  readonly digestBytes: number;
  /** 2^indexBits. */
  readonly rowCount: number;
}

/** A value takes 32 bytes in the kernels. */
const MAX_N = 256;
/** The index list of the kernels has 512 places. */
const MAX_K = 9;
/** The kernels read an index from one 64-bit word at any bit offset, and count 2^(bits+1) rows in 32 bits. */
const MAX_COLLISION_BITS = 28;

/**
 * Derives the sizes from (n, k).
 *
 * @throws AditError `ADIT_BAD_EQUIHASH_PARAMETERS` for parameters that the kernels do not support, such as Flux' twisted
 *   125,4
 */
export function equihashSizes({ n, k }: { readonly n: number; readonly k: number }): EquihashSizes {
  if (typeof n !== 'number' || typeof k !== 'number') throw bad(n, k, 'n and k must be numbers, not text');
  if (!Number.isInteger(n) || n % 8 !== 0 || n < 16 || n > MAX_N) {
    throw bad(n, k, `n must be a multiple of 8 from 16 to ${MAX_N}`);
  }
  if (!Number.isInteger(k) || k < 3 || k > MAX_K || n % (k + 1) !== 0) {
    throw bad(n, k, `k must be 3 to ${MAX_K} and k + 1 must divide n`);
  }
  const collisionBits = n / (k + 1);
  if (collisionBits < 4 || collisionBits > MAX_COLLISION_BITS) {
    throw bad(n, k, `n / (k + 1) must be 4 to ${MAX_COLLISION_BITS}`);
  }
  const indexBits = collisionBits + 1;
  const indexCount = 2 ** k;
  const solutionBytes = (indexCount * indexBits) / 8;
  const rowBytes = n / 8;
  const rowsPerDigest = Math.floor(512 / n);
  return {
    collisionBits,
    indexBits,
    indexCount,
    solutionBytes,
    prefix: compactSize(solutionBytes),
    rowBytes,
    rowsPerDigest,
    digestBytes: rowsPerDigest * rowBytes,
    rowCount: 2 ** indexBits,
  };
}

/**
 * The personalization for BLAKE2b, 16 bytes: the 8 characters, LE32(n), LE32(k).
 * @throws AditError `ADIT_BAD_EQUIHASH_PARAMETERS` unless `personalization` has 8 printable ASCII characters
 */
export function personalizationBytes({ n, k, personalization }: EquihashParams): Uint8Array {
  if (!/^[ -~]{8}$/.test(personalization)) {
    throw bad(n, k, `the personalization must be 8 ASCII characters, not ${JSON.stringify(personalization)}`);
  }
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < 8; i += 1) bytes[i] = personalization.charCodeAt(i);
  view.setUint32(8, n, true);
  view.setUint32(12, k, true);
  return bytes;
}

function bad(n: number, k: number, reason: string): AditError {
  return new AditError('ADIT_BAD_EQUIHASH_PARAMETERS', `Equihash(${n},${k}) is not supported: ${reason}`);
}
