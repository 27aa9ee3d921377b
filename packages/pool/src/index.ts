export type { OnPoolEvent, PoolEvent } from './events.ts';
export {
  Pool,
  type PoolModules,
  type PoolOptions,
  type TrueChainOptions,
  type ZcashChainOptions,
} from './pool.ts';
export type { PortOptions, TruePortOptions, ZcashPortOptions } from './port-options.ts';
