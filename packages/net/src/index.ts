/**
 * Listeners with limits, and a client that reconnects.
 *
 * @module @adit/net
 */

export { AditError, type AditErrorCode } from '@adit/primitives';
export { AddressSet, banSubjectOf, fairGroupOf, networksOf, normalAddress } from './address.ts';
export { Census, CONNECTION_LIMITS, type ConnectionLimits } from './census.ts';
export { type CertificateLife, certificateFault, certificateLife } from './certificate-life.ts';
export { StratumClient, type StratumClientModules, type StratumClientOptions } from './client.ts';
export {
  Connection,
  type ConnectionHandler,
  type ConnectionKeeper,
  type ConnectionOptions,
} from './connection.ts';
export { type ClientTlsOptions, type DialOptions, dial } from './dial.ts';
export type { ClientCause, Ending, NetCause } from './ending.ts';
export type { Guest, Proof } from './guests.ts';
export { HeldAddress } from './held-address.ts';
export { StratumListener } from './listener.ts';
export {
  type ListenerModules,
  type ListenerOptions,
  type ListenerTurns,
  listenerTurns,
} from './listener-options.ts';
export type { RefusedBecause } from './refusal.ts';
export { type PoolUrl, parsePoolUrl, parseStratumUrl, type StratumUrl } from './stratum-url.ts';
export type { TlsFileNames } from './tls-files.ts';
export { type TurnLimits, Turns } from './turns.ts';
