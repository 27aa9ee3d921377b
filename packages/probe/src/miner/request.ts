import type { Message } from '@adit/stratum';

/** A request of the miner. */
export type Request = Extract<Message, { kind: 'request' }>;

/** A pool's place as a miner names it. */
export interface NamedPlace {
  readonly host: string;
  /** Undefined where the miner names none that can be one. */
  readonly port: number | undefined;
}

/** The port that a Zcash miner says it connects to, which is that of a forwarder where it comes through one. */
export function namedPort(subscribe: Request): number | undefined {
  const port = subscribe.params[3];
  const number = typeof port === 'string' && /^[0-9]{1,5}$/.test(port) ? Number(port) : port;
  if (typeof number !== 'number' || !Number.isInteger(number)) return undefined;
  return number >= 1 && number <= 65_535 ? number : undefined;
}
