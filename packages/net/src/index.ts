export { AddressSet, banSubjectOf, fairGroupOf, networksOf, normalAddress } from './address.ts';
export { Census, CONNECTION_LIMITS, type ConnectionLimits } from './census.ts';
export { StratumClient, type StratumClientModules, type StratumClientOptions } from './client.ts';
export { Connection, type ConnectionHandler } from './connection.ts';
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
