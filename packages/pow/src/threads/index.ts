export { BlockHasher } from './block-hasher.ts';
export type { Lane } from './turns.ts';
export { VerifierPool, type VerifierPoolModules, type VerifierPoolOptions } from './verifier-pool.ts';
export type { Batch } from './worker-seat.ts';
