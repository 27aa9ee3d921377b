import type { ListenerOptions } from '@adit/net';
import type { VardiffOptions } from '@adit/stratum';
import type { PoolLimits } from '../pool-limits.ts';
import type { PortOptions } from './port-options.ts';

/** The options of the vardiff, from those of the port. */
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

/** The options of the listener, from those of the port and the limits of the pool. */
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
