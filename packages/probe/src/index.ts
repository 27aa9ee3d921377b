export { POOL_CHECKS } from './pool/all-checks.ts';
export type { PoolCheck } from './pool/check.ts';
export { type Dialect, type PoolProbeOptions, PROBE_LIMITS, type ProbeLimits } from './pool/options.ts';
export { isAsked, type RunModules, runPoolProbe } from './pool/run-checks.ts';
export type { Finding, Judgement, Outcome, WireLine } from './report/finding.ts';
