/**
 * Proofs checked in worker threads, and the block hash by Node itself. Node only.
 *
 * @module @adit/pow/threads
 */

export { BlockHasher } from './block-hasher.ts';
export type { Lane } from './lane.ts';
export { VerifierPool, type VerifierPoolModules, type VerifierPoolOptions } from './verifier-pool.ts';
export type { Batch } from './worker-slot.ts';
