import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** How a client checks the other side of a TLS connection. */
export interface ClientTlsOptions {
  /** PEM of the authorities that the client trusts instead of the usual ones. */
  readonly ca?: string | Buffer;
  /** Takes any certificate: an attacker on the line can then take the shares. */
  readonly insecure?: boolean;
}

/** Where a client connects. */
export interface DialOptions {
  readonly host: string;
  /** Addresses of the host, if they are known already: only these are dialled. Must not be empty. */
  readonly addresses?: readonly string[];
  readonly port: number;
  /** Speaks TLS 1.2 or newer, and checks the certificate against the host. */
  readonly tls?: ClientTlsOptions;
  /** True keeps our direction open when the other side ends its own. Default: both end. */
  readonly allowHalfOpen?: boolean;
}

/** Keep-alive lets this side notice a peer that is gone without closing. */
const SOCKET = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };

/**
 * Time for each address of a host before the next one is tried. Node's own 250 ms end every attempt at a host that is
 * farther away than that. No line is as slow as this, and a client that waits 10 s has time for three addresses.
 */
const ADDRESS_MS = 3_000;

/** Begins a connection as a client. @returns the socket, and the event after which it may be written to */
export function dial({ host, addresses, port, tls, allowHalfOpen = false }: DialOptions): {
  socket: Socket;
  opened: 'connect' | 'secureConnect';
} {
  const lookup = addresses === undefined ? {} : { lookup: answering(addresses) };
  const common = {
    host,
    port,
    allowHalfOpen,
    autoSelectFamilyAttemptTimeout: ADDRESS_MS,
    ...lookup,
    ...SOCKET,
  };
  if (tls === undefined) return { socket: connect(common), opened: 'connect' };
  const { ca, insecure = false } = tls;
  const socket = connectTls({
    ...common,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: !insecure,
    // The server name picks the certificate. It must be a name, not an address (RFC 6066).
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
  });
  return { socket, opened: 'secureConnect' };
}

/** A lookup function that answers with these addresses for every name. */
function answering(addresses: readonly string[]): LookupFunction {
  const known = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, { all }, callback) => {
    if (all === true) callback(null, known);
    else callback(null, known[0]?.address ?? '', known[0]?.family);
  };
}
