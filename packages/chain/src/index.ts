/**
 * Nodes, templates, work and blocks.
 *
 * @module @adit/chain
 */

export { AditError, type AditErrorCode } from '@adit/primitives';
export { judgeByHighestTip, type PlaceOnChain } from './highest-tip.ts';
export { type ChainOpinion, type Confirmation, judgeByMajority } from './majority.ts';
export type { NodeSettings } from './node-settings.ts';
export type { Disagreement } from './node-watch.ts';
export { Patience, type PatienceModules } from './patience.ts';
export { NODE_CAUSES, type NodeCause, type NodeFinding, type NodeState, type NodeStatus } from './status.ts';
export {
  TrueChainBlockWatcher,
  type TrueChainWatcherModules,
  type WatchedTrueChainNode,
} from './truechain/block-watcher.ts';
export {
  EPOCH_BLOCKS,
  epochOf,
  firstSeedBlock,
  lastSeedBlock,
  SEED_BYTES,
  SEED_COUNT,
  TIP9_NUMBERS,
} from './truechain/epoch.ts';
export { foreignTrueChainNode } from './truechain/foreign-node.ts';
export { FRUIT_LIFE_BLOCKS, MinedIndex, type MinedIndexNode, type Solved } from './truechain/mined-index.ts';
export { TrueChainNode } from './truechain/node.ts';
export type { ChainReward, RewardItem, SnailReward } from './truechain/reward.ts';
export {
  type DatasetRequest,
  fetchSeeds,
  loadDataset,
  nextEpochToPrepare,
  type SeededDataset,
} from './truechain/seeds.ts';
export type { Fruit, SnailBlock } from './truechain/snail-block.ts';
export {
  type TrueChainSolution,
  type WorkSubmitAnswer,
  type WorkSubmitOutcome,
  WorkSubmitter,
  type WorkTaker,
} from './truechain/submit.ts';
export { writeData, writeNonce, writeQuantity } from './truechain/wire.ts';
export { solutionKind, type TrueChainWork, type WorkAnswer, workFromAnswer } from './truechain/work.ts';
export { TrueChainWorkSource } from './truechain/work-source.ts';
export type {
  TrueChainWorkSourceModules,
  TrueChainWorkSourceOptions,
  WorkChange,
} from './truechain/work-source-options.ts';
export { assembleBlock, headerOf, proposalBlock, type SolvedHeader } from './zcash/block.ts';
export type { BlockPayment } from './zcash/block-payment.ts';
export {
  type WatchedZcashNode,
  ZcashBlockWatcher,
  type ZcashFound,
  type ZcashIncomeOptions,
} from './zcash/block-watcher.ts';
export { blockSecondsAt, ZCASH_CHAINS, type ZcashChainParams, zcashChain } from './zcash/chains.ts';
export type { CoinbaseOutput } from './zcash/coinbase-outputs.ts';
export { operatorReward, withPayees } from './zcash/coinbase-payees.ts';
export {
  beginsWithHeight,
  coinbaseTextOf,
  heightPush,
  isOperatorText,
  MAX_COINBASE_SCRIPT,
  MAX_OPERATOR_TEXT,
} from './zcash/coinbase-script.ts';
export { maxCoinbaseText, withCoinbaseText } from './zcash/coinbase-text.ts';
export type { CoinbaseVariation, GivenDigests, UntouchedWork } from './zcash/coinbase-variation.ts';
export { confirmBlock, type Judge } from './zcash/confirmation.ts';
export { foreignNetwork, foreignZcashNode, type NetworkWords } from './zcash/foreign-node.ts';
export {
  authDataRoot,
  blake2b256,
  blockCommitments,
  doubleSha256,
  NO_AUTH_DIGEST,
  transactionMerkleRoot,
} from './zcash/merkle.ts';
export { whyUnmineable } from './zcash/mineable.ts';
export { type MinedCoinbase, readMinedCoinbase } from './zcash/mined-coinbase.ts';
export { type IncomeNode, type MinersIncome, ZcashNetworkIncome } from './zcash/network-income.ts';
export {
  displayHash,
  type ProposalVerdict,
  type TemplateRequest,
  ZcashNode,
} from './zcash/node.ts';
export type { OpaqueCause } from './zcash/opaque-cause.ts';
export type { PayeesCause, PayeesFault } from './zcash/payees-fault.ts';
export { MAX_PAYEES } from './zcash/payees-rules.ts';
export { branchOf, type ProposalOutcome, selfTest } from './zcash/proposal.ts';
export { paysShielded } from './zcash/shielded-coinbase.ts';
export type { SubmitAnswer } from './zcash/submit-answer.ts';
export {
  type BlockTaker,
  type SubmitModules,
  type SubmitOptions,
  type SubmitOutcome,
  submitToAll,
} from './zcash/submit-block.ts';
export { type TransparentKind, transparentScript } from './zcash/transparent-script.ts';
export { workFromTemplate, type ZcashWork } from './zcash/work.ts';
export type { WorkNews, ZcashWorkChange } from './zcash/work-news.ts';
export { ZcashWorkSource } from './zcash/work-source.ts';
export type {
  TemplateNode,
  ZcashWorkSourceModules,
  ZcashWorkSourceOptions,
} from './zcash/work-source-options.ts';
