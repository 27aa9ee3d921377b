/**
 * Hash rates with their limits, effort, and states of rigs, from the journals of a pool.
 *
 * @module @adit/stats
 */

export { AditError, type AditErrorCode } from '@adit/primitives';
export { type BlockLuck, chanceBy, effortOf, luckOf, scoreOf } from './estimate/effort.ts';
export { gammaChance, gammaQuantile } from './estimate/gamma.ts';
export {
  addSums,
  FEWEST_SHARES,
  NO_SHARES,
  type Rate,
  type RateQuestion,
  rateOf,
  type ShareSums,
} from './estimate/rate.ts';
export { type RigFacts, type RigState, rigStateOf } from './estimate/rig-state.ts';
export type { Bucket } from './queries/bucket-rows.ts';
export { SERIES_RANGES, type Series, type SeriesRange } from './queries/series.ts';
export { type FoundShare, type Rates, type RigStanding, StatsQueries } from './queries/stats-queries.ts';
export type { StatsSubject } from './queries/subject-row.ts';
export {
  type IntakeStep,
  ShareIntake,
  type ShareIntakeModules,
  type ShareIntakeOptions,
} from './share-intake.ts';
export { StatsThread, type StatsThreadModules, type StatsThreadOptions } from './stats-thread.ts';
export { openStats, openStatsReadOnly } from './store/open-stats.ts';
export { MOST_WORKERS, OTHER_WORKERS } from './store/subjects.ts';
export { workerId } from './store/worker-id.ts';
