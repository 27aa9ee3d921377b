export { StratumClient, type StratumClientModules, type StratumClientOptions } from './client.ts';
export { Connection, type ConnectionHandler, normalAddress } from './connection.ts';
export { type ListenerModules, type ListenerOptions, StratumListener } from './listener.ts';
export { parseStratumUrl, type StratumUrl } from './stratum-url.ts';
