import type { ChainStatus } from '../pool-status.ts';
import { TROUBLE_AFTER_MS } from '../pool-status.ts';
import type { PoolEnding } from '../ports/end-cause.ts';
import type { PoolPort } from './chain-family.ts';

const TROUBLE = 'No node gives work at the moment. Please stay connected: the pool keeps trying';
const NO_WORK: PoolEnding = { cause: 'no_work', detail: 'no node has given work for too long' };

/**
 * Handles a chain without work: the pool tells its miners, keeps them for a time, and then closes their connections, so
 * that they go to their other pools.
 * @param outageMs how long the pool keeps them
 */
export function lookAtOutage(
  ports: readonly PoolPort[],
  status: Pick<ChainStatus, 'outageMs' | 'workAgeMs'>,
  outageMs: number,
): void {
  const trouble = status.outageMs > TROUBLE_AFTER_MS ? TROUBLE : undefined;
  for (const port of ports) port.trouble(trouble);
  if (status.outageMs <= outageMs || status.workAgeMs === undefined) return;
  for (const port of ports) if (port.connections > 0) port.dropAll(NO_WORK);
}
