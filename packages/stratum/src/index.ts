/**
 * Stratum without a socket: framing, JSON-RPC, share difficulty, and sessions of both dialects and sides.
 *
 * @module @adit/stratum
 */

export { AditError, type AditErrorCode } from '@adit/primitives';
export { reconnectLine, showMessageLine } from './client-messages.ts';
export { type BrokenCause, type ClientEffect, ClientSession, type PoolAnswer } from './client-session.ts';
export { DIALECTS, type Dialect, isDialect } from './dialect.ts';
export { Gcra } from './gcra.ts';
export { type Grant, Grants, type Terms } from './grants.ts';
export { jobIdOf, jobSequenceOf, MAX_JOB_SEQUENCE } from './job-id.ts';
export { CLIENT_LINE_LIMIT, checkLineLimit, LineSplitter, SERVER_LINE_LIMIT } from './line-splitter.ts';
export { type Message, parseMessage } from './message.ts';
export {
  kindOf,
  MESSAGE_KINDS,
  MESSAGE_LIMITS,
  type MessageKind,
  type MessageLimits,
  type Rate,
} from './message-limits.ts';
export { OverlookedTarget } from './overlooked-target.ts';
export { type PasswordText, parsePassword } from './password.ts';
export { REJECTS, type RejectReason, rejectText, type Told, type Verdict } from './reject.ts';
export { errorLine, type FailedResult, notificationLine, quoted, requestLine, resultLine } from './reply.ts';
export { type Call, type CoreOptions, type Refusal, ServerSession } from './server-session.ts';
export { type CloseCause, MAX_WAITING_REPLIES, type ServerEffect } from './session.ts';
export {
  type SeedsEffect,
  type TrueClientJob,
  type TrueStratumClientOptions,
  TrueStratumClientSession,
} from './truestratum/client-session.ts';
export type { TrueJob } from './truestratum/job.ts';
export { parseTrueJobId, trueJobId } from './truestratum/job-id.ts';
export {
  SEED_BYTES,
  SEED_COUNT,
  seedsResult,
  setDifficultyLine,
  trueNotifyLine,
} from './truestratum/messages.ts';
export { firstNonceOf, hasPrefix, nonceReadings, parseNonce } from './truestratum/nonce.ts';
export {
  type TrueSessionStart,
  type TrueStratumServerOptions,
  TrueStratumServerSession,
} from './truestratum/server-session.ts';
export { easierOf, type SharePrice, sharePrice } from './truestratum/share-price.ts';
export type { TrueSubmission } from './truestratum/submission.ts';
export { Vardiff } from './vardiff.ts';
export type { VardiffOptions } from './vardiff-options.ts';
export { weightOnGrid } from './weight-grid.ts';
export {
  type AccountReader,
  type AccountReading,
  type Aliases,
  type Authorizer,
  MAX_LONG_WORKER_NAME,
  MAX_WORKER_NAME,
  parseWorkerName,
  portAuthorizer,
  type WorkerName,
  withoutAlias,
  workerNameFault,
} from './worker-name.ts';
export { Workers } from './workers.ts';
export {
  type NamedEquihash,
  type ZcashClientJob,
  type ZcashClientOptions,
  ZcashClientSession,
  type ZcashClientShare,
} from './zcash/client-session.ts';
export { type ZcashJobTerms, zcashJob } from './zcash/job.ts';
export { setExtranonceLine, setTargetLine, type ZcashJobFields, zcashNotifyLine } from './zcash/messages.ts';
export {
  shareTargetOf,
  type ZcashJob,
  type ZcashKept,
  type ZcashServerOptions,
  ZcashServerSession,
  type ZcashSessionStart,
} from './zcash/server-session.ts';
export type { ZcashSubmission } from './zcash/submission.ts';
