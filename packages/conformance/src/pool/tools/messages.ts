import type { Received } from '@adit/wire';
import type { PoolConnection } from '../probe/pool-connection.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';

/** A message as the line had it. */
export type Raw = Readonly<Record<string, unknown>>;

/** The JSON object in a line; undefined where the line is not one. */
export function rawOf({ text }: Received): Raw | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : undefined;
  } catch {
    return undefined;
  }
}

/** A request as one line. @param id JSON text @param params JSON text */
export function requestText(id: string, method: string, params: string): string {
  return `{"id":${id},"method":${JSON.stringify(method)},"params":${params}}`;
}

/** `mining.authorize` of the worker that the probe was given. @param id JSON text */
export function authorizeText(probe: PoolProbe, id: string): string {
  const { worker, password } = probe.options;
  return requestText(id, 'mining.authorize', JSON.stringify([worker, password]));
}

/** The answers that came from a place on. */
export function responsesFrom(connection: PoolConnection, place: number): readonly Received[] {
  return connection.received.slice(place).filter(({ message }) => message.kind === 'response');
}

/**
 * Sends a harmless request and waits for the answer. Pools read line by line, so their immediate answers to earlier
 * lines have come by then.
 */
export async function stillTalks(probe: PoolProbe, connection: PoolConnection): Promise<boolean> {
  const { worker, password } = probe.options;
  return (await connection.request('mining.authorize', [worker, password])) !== undefined;
}

/** A second worker of the same account. */
export function secondWorker(probe: PoolProbe): string {
  const [account = 'probe'] = probe.options.worker.split('.');
  return `${account}.probe2`;
}
