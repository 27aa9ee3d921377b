import type { ChainStatus } from '../pool-status.ts';
import { TROUBLE_AFTER_MS } from '../pool-status.ts';
import type { PoolEnding } from '../ports/end-cause.ts';
import type { PoolPort } from './chain-family.ts';

const TROUBLE = 'No node gives work at the moment; please stay, it is being looked into';
const NO_WORK: PoolEnding = { cause: 'no_work', detail: 'no node has given work for too long' };

/**
 * Without work the miners of a chain are told so, kept for a time, and then let go to their other pools.
 * @param outageMs how long they are kept
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
