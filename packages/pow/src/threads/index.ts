export { BlockHasher } from './block-hasher.ts';
export { FairQueue, type Lane } from './fair-queue.ts';
export { VerifierPool, type VerifierPoolModules, type VerifierPoolOptions } from './verifier-pool.ts';
export type { Batch } from './worker-seat.ts';
