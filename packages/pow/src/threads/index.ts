export { BlockHasher } from './block-hasher.ts';
export { VerifierPool, type VerifierPoolModules, type VerifierPoolOptions } from './verifier-pool.ts';
