export { type Ban, BanList } from './ban-list.ts';
export { Conduct, type Offence, type Rung } from './conduct.ts';
export { CONDUCT_DEFAULTS, type ConductOptions } from './conduct-options.ts';
export { END_CAUSES, type EndCause, endCauseOf } from './end-cause.ts';
export type { OnPoolEvent, PoolEvent, SubmissionOutcome } from './events.ts';
export { LEAST_LOOSE_WEIGHT } from './loose-target.ts';
export {
  type DrainOptions,
  Pool,
  type PoolModules,
  type PoolOptions,
  type TrueChainOptions,
  type ZcashChainOptions,
} from './pool.ts';
export { POOL_LIMITS, type PoolLimits } from './pool-limits.ts';
export type { ChainStatus, PoolStatus } from './pool-status.ts';
export type { PortOptions, TruePortOptions, ZcashPortOptions } from './port-options.ts';
export type { PortStatus } from './stratum-port.ts';
