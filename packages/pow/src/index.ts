/**
 * Equihash and TrueHash in WebAssembly: verify, solve, hash, build datasets. Runs in browsers.
 *
 * @module @adit/pow
 */

export { AditError, type AditErrorCode } from '@adit/primitives';
export { MAX_EQUIHASH_INPUT } from './equihash/input.ts';
export { type EquihashParams, type EquihashSizes, equihashSizes } from './equihash/params.ts';
export { packIndices, stripSolutionPrefix, unpackIndices } from './equihash/solution.ts';
export { EquihashSolver, type EquihashSolverOptions } from './equihash/solver.ts';
export { type EquihashVerdict, EquihashVerifier } from './equihash/verifier.ts';
export { blake2b } from './hash/blake2b.ts';
export { sha3256, sha3512 } from './hash/sha3.ts';
export { sha256d } from './hash/sha256d.ts';
export { EPOCH0_DATASET_HASH, epoch0Seeds, TrueHashDataset } from './truehash/dataset.ts';
export { type ScanResult, TrueHasher } from './truehash/hasher.ts';
export { SEED_BYTES, SEED_COUNT } from './truehash/rows.ts';
export { blockHalf, fruitHalf, trueTargetFromDifficulty } from './truehash/target.ts';
export type { KernelBuild } from './wasm/kernel.ts';
export {
  decodeZcashHeader,
  encodeZcashHeader,
  ZCASH_HEADER_BYTES,
  type ZcashHeader,
  zcashBlockHash,
} from './zcash/header.ts';
