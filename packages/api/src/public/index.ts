/**
 * The public API of a pool: its routes, its document, and the server.
 *
 * @module @adit/api/public
 */

export { EventFeed, type EventFeedModules } from './events/event-feed.ts';
export {
  EventStreams,
  type EventStreamsModules,
  type EventStreamsOptions,
} from './events/event-streams.ts';
export { MiningcoreFacade, type MiningcoreFacadeModules } from './facade/miningcore-facade.ts';
export {
  type PublicExtension,
  PublicServer,
  type PublicServerModules,
  type PublicServerOptions,
} from './http/public-server.ts';
export { StaticFiles } from './http/static-files.ts';
export { openApiDocument } from './openapi.ts';
export type {
  AccountPayoutFacts,
  BalanceFacts,
  BookedBlockFacts,
  ChainBooks,
  ChainFacts,
  CreditFacts,
  MinerProgram,
  PageOf,
  PageQuestion,
  PayoutFacts,
  PoolFacts,
  PortFacts,
  Privacy,
  PublicSources,
  RigConnections,
} from './sources.ts';
