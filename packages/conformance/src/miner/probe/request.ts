import type { Request } from '@adit/wire';

/** The host and port of a pool as a miner names them. */
export interface NamedPlace {
  readonly host: string;
  /** Undefined where the miner does not name a port from 1 to 65535. */
  readonly port: number | undefined;
}

/** The port that a Zcash miner says it connects to. Where it comes through a forwarder, that is the forwarder's. */
export function namedPort(subscribe: Request): number | undefined {
  const port = subscribe.params[3];
  const number = typeof port === 'string' && /^[0-9]{1,5}$/.test(port) ? Number(port) : port;
  if (typeof number !== 'number' || !Number.isInteger(number)) return undefined;
  return number >= 1 && number <= 65_535 ? number : undefined;
}
