export { VerifierPool, type VerifierPoolModules, type VerifierPoolOptions } from './verifier-pool.ts';
