export { AdminServer, type AdminServerModules, type AdminServerOptions } from './admin-server.ts';
export { PoolMetrics, type PoolMetricsModules, type PoolMetricsOptions } from './metrics.ts';
