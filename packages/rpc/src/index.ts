/**
 * JSON-RPC over HTTP to nodes and wallets.
 *
 * @module @adit/rpc
 */

export { AditError, type AditErrorCode } from '@adit/primitives';
export { AnswerReader, type AnswerReaderOptions, type Envelope, type Read } from './answer-reader.ts';
export { readAnswers } from './answer-thread.ts';
export { Credentials, type CredentialsOptions } from './credentials.ts';
export { NodeError, RpcError, type TransportCode, transportError } from './errors.ts';
export { Fields } from './fields.ts';
export { type AnswerLimits, type HttpAnswer, httpPost, type PostOptions } from './http-post.ts';
export { DecimalText, parseExactJson, parseLosslessJson, stringifyLosslessJson } from './json.ts';
export {
  type JsonRpcCallOptions,
  JsonRpcClient,
  type JsonRpcModules,
  type JsonRpcOptions,
  SMALL_ANSWER,
} from './json-rpc-client.ts';
export { JsonShape, type ShapeLimits } from './json-shape.ts';
export { backoffMs, sleepFor } from './sleep.ts';
