export {
  AdminServer,
  type AdminServerModules,
  type AdminServerOptions,
  type AdminStatus,
} from './admin-server.ts';
export type { ChainMoney } from './ledger-chain-metrics.ts';
export { LedgerMetrics, type LedgerMetricsModules, type LedgerMetricsOptions } from './ledger-metrics.ts';
export { PoolMetrics, type PoolMetricsModules, type PoolMetricsOptions } from './metrics.ts';
