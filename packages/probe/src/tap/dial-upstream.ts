import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ClientTlsOptions } from '@adit/net';

export interface UpstreamOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: ClientTlsOptions;
}

/**
 * Begins a connection to the pool on which one side may end before the other: what `dial` of @adit/net does, except
 * that the end of one direction leaves the other open, as on the wire.
 * @returns the socket, and the event that says that it may be written to
 */
export function dialUpstream({ host, port, tls }: UpstreamOptions): {
  socket: Socket;
  opened: 'connect' | 'secureConnect';
} {
  const common = {
    host,
    port,
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
  };
  if (tls === undefined) return { socket: connect(common), opened: 'connect' };
  const { ca, insecure = false } = tls;
  const socket = connectTls({
    ...common,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: !insecure,
    // The name that the certificate is for; addresses are not sent (RFC 6066).
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
  });
  return { socket, opened: 'secureConnect' };
}
