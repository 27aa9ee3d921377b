export { ALL_MINER_CHECKS, minerChecksOf } from './all-checks.ts';
export type { MinerCheck } from './check.ts';
export {
  MINER_PROBE_LIMITS,
  MINER_WAIT_MS,
  type MinerProbeLimits,
  type MinerProbeOptions,
} from './options.ts';
export { type MinerProbeModules, runMinerProbe } from './run-miner-checks.ts';
