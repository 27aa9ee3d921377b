/**
 * What a family of chains is built of, for those who bring one of their own. Read docs/extending.md first;
 * `packages/pool/test/toy` is a whole family that imports nothing else of this room but its root export.
 *
 * @module @adit/pool/family
 */

export type { Candidate } from './blocks/candidate.ts';
export type { CandidateChain, CandidateFate, SubmissionReport } from './blocks/candidate-chain.ts';
export type { CandidateStore } from './blocks/candidate-store.ts';
export { Candidates, type CandidatesModules } from './blocks/candidates.ts';
export type {
  ChainBase,
  ChainFamilies,
  ChainFamily,
  ChainModules,
  PoolChain,
  PoolPort,
} from './chains/chain-family.ts';
export { firstSequence } from './chains/first-sequence.ts';
export type { LostNonces, Nonce1Allocator, Nonce1Request, Nonce1Return } from './nonce1/allocator.ts';
export type { Nonce1Lease } from './nonce1/leases.ts';
export type { MinerConnection, MinerHost } from './ports/miner-connection.ts';
export type { PortModules } from './ports/port-modules.ts';
export { StratumPort } from './ports/stratum-port.ts';
export type { ClaimOutcome, DuplicateOptions, Duplicates } from './shares/duplicates.ts';
export { type Job, JobBook, type JobBookOptions } from './shares/job-book.ts';
export {
  type Attempt,
  type Proven,
  ShareDesk,
  type ShareDeskModules,
  type ShareDeskOptions,
  type ShareFacts,
} from './shares/share-desk.ts';
export type { Submitter } from './shares/submitter.ts';
export { alwaysJudged } from './shares/verdicts.ts';
export type { SeedAsker, SeedBudget } from './truechain/seed-budget.ts';
