export { parseChainParams } from './chain-params.ts';
export { type Choice, chosenChecks } from './checks/chosen-checks.ts';
export type { Question } from './checks/question.ts';
export { MINER_CHECKS } from './miner/all-checks.ts';
export type { MinerCheck } from './miner/check.ts';
export {
  MINER_PROBE_LIMITS,
  type MinerProbeLimits,
  type MinerProbeOptions,
} from './miner/run/options.ts';
export { type MinerRunModules, runMinerProbe } from './miner/run/run-miner-checks.ts';
export { POOL_CHECKS } from './pool/all-checks.ts';
export type { PoolCheck } from './pool/check.ts';
export { MODEST_RUN, type PoolProbeOptions, PROBE_LIMITS, type ProbeLimits } from './pool/run/options.ts';
export { type PoolRunModules, runPoolProbe } from './pool/run/run-pool-checks.ts';
export type { Finding, Judgement, JudgementCause, Outcome, WireLine } from './report/finding.ts';
export { jsonReport, type ReportHead } from './report/json.ts';
export { junitReport } from './report/junit.ts';
export { exitStatus, OUTCOME_WORDS, type Summary, summarise } from './report/summary.ts';
export { attackTable, checkTable, type Listed } from './report/tables.ts';
export { findingText, type Paint, summaryText } from './report/text.ts';
