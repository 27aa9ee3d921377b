import { beginsWithHost, portOf, type Request } from '@adit/wire';

/** The host and port of a pool as a miner names them. */
export interface NamedPlace {
  readonly host: string;
  /** Undefined where the miner does not name a port from 1 to 65535. */
  readonly port: number | undefined;
}

/** The place that a Zcash miner says it connects to, in either order of the parameters. Where it comes through a forwarder, that is the forwarder's. */
export function placeIn({ params }: Request): NamedPlace | undefined {
  const [host, port] = beginsWithHost(params) ? params : params.slice(2);
  if (typeof host !== 'string' || host === '') return undefined;
  return { host, port: portOf(port) };
}
