import type { MessageKind } from '@adit/stratum';

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
