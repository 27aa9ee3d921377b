import type { MessageKind } from '@adit/stratum';

/** What a port tells of itself. */
export interface PortStatus {
  readonly name: string;
  readonly chain: string;
  readonly host: string;
  readonly number: number;
  readonly tls: boolean;
  readonly dialect: string;
  readonly connections: number;
  /** Connections with an authorised worker. */
  readonly miners: number;
  /** Lines by their kind, since the start. */
  readonly messages: Readonly<Record<MessageKind, number>>;
  /** How often a connection was not read for a while, because it sent more than its rate. */
  readonly slowed: number;
  /** Connections that were told that they overlook new targets, and go on like that. */
  readonly overlooking: number;
}
