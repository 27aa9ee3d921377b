import { MESSAGE_KINDS, type MessageKind } from '@adit/stratum';

/** A port as it is at this moment. */
export interface PortStatus {
  readonly name: string;
  readonly chain: string;
  readonly host: string;
  readonly number: number;
  readonly tls: boolean;
  /** When its certificate ends, in milliseconds since 1970; undefined without TLS. */
  readonly certificateEndsMs: number | undefined;
  readonly dialect: string;
  readonly connections: number;
  /** Connections with an authorised worker. */
  readonly miners: number;
  /** Number of lines of each kind since the start. */
  readonly messages: Readonly<Record<MessageKind, number>>;
  /** How often the port paused a connection that sent more than its rate, or had too many requests refused. */
  readonly slowed: number;
  /** Connections that overlook new targets even after the pool told them so. */
  readonly overlooking: number;
}

/** How many of some connections have a worker, and how many overlook new targets. */
export function countMiners(
  connections: Iterable<{
    readonly session: { readonly workers: { readonly size: number } };
    readonly overlooking: boolean;
  }>,
): Pick<PortStatus, 'miners' | 'overlooking'> {
  let miners = 0;
  let overlooking = 0;
  for (const { session, overlooking: overlooks } of connections) {
    if (session.workers.size > 0) miners += 1;
    if (overlooks) overlooking += 1;
  }
  return { miners, overlooking };
}

/** Counts of lines by their kinds, all of them 0. */
export function noMessages(): Record<MessageKind, number> {
  return Object.fromEntries(MESSAGE_KINDS.map((kind) => [kind, 0])) as Record<MessageKind, number>;
}
