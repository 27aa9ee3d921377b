export {
  type ListenAddress,
  type PoolAddress,
  parseListenAddress,
  parsePoolAddress,
  placeOf,
} from '../wire/address.ts';
export { type Redacted, Redactor } from '../wire/redact.ts';
export { Describer, rawText } from './describe.ts';
export { dialectOfConversation } from './recognise-dialect.ts';
export {
  type Conversation,
  type ConversationEvent,
  type ConversationHeader,
  endOf,
  eventLine,
  headerLine,
  lineOf,
  readConversation,
} from './recording.ts';
export { RecordingFile, readRecordingFile } from './recording-file.ts';
export {
  type ReplayedRequest,
  type ReplayMinerModules,
  type ReplayMinerOptions,
  type ReplayReport,
  replayAsMiner,
} from './replay-miner.ts';
export { ReplayPool, type ReplayPoolModules, type ReplayPoolOptions } from './replay-pool.ts';
export { Tap, type TapModules, type TapOptions } from './tap.ts';
