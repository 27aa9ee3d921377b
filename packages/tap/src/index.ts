export { Describer, rawText } from './describe/describe.ts';
export { dialectOfConversation } from './dialects/spoken-dialects.ts';
export { Tap, type TapModules, type TapOptions } from './live/tap.ts';
export { type PoolAddress, parsePoolAddress } from './pool-address.ts';
export type { Conversation, ConversationEvent, ConversationHeader, LineEnd } from './recording/recording.ts';
export { RecordingFile, readRecordingFile } from './recording/recording-file.ts';
export {
  type ReplayedRequest,
  type ReplayMinerModules,
  type ReplayMinerOptions,
  type ReplayReport,
  replayAsMiner,
} from './replay/replay-miner.ts';
export { ReplayPool, type ReplayPoolModules, type ReplayPoolOptions } from './replay/replay-pool.ts';
