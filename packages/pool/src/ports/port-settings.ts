import type { ListenerOptions } from '@adit/net';
import type { VardiffOptions } from '@adit/stratum';
import type { PoolLimits } from '../pool-limits.ts';
import type { PortOptions } from './port-options.ts';

/** What a port's options say about the search for a pace. */
export function vardiffOptions(options: PortOptions): VardiffOptions {
  const {
    startWeight,
    minWeight,
    maxWeight,
    shareIntervalMs: intervalMs,
    fixedWeight: fixed = false,
    learningIntervalMs,
  } = options;
  return {
    startWeight,
    minWeight,
    maxWeight,
    intervalMs,
    fixed,
    ...(learningIntervalMs === undefined ? {} : { learningIntervalMs }),
  };
}

/** What a port's options and the pool's limits say about its listener. */
export function listenerOptions(options: PortOptions, limits: PoolLimits): ListenerOptions {
  const { host, port, tls, proxies } = options;
  const { lineBytes, outputBytes, helloMs, partialLineMs, idleMs } = limits;
  return {
    host,
    port,
    lineBytes,
    outputBytes,
    helloMs,
    partialLineMs,
    idleMs,
    ...(tls === undefined ? {} : { tls }),
    ...(proxies === undefined ? {} : { proxies }),
  };
}
