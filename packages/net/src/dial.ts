import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** How a client checks the other side of a TLS connection. */
export interface ClientTlsOptions {
  /** PEM of the authorities that are trusted instead of the usual ones. */
  readonly ca?: string | Buffer;
  /** Takes any certificate: whoever sits between can then take the shares. */
  readonly insecure?: boolean;
}

/** Where a client connects. */
export interface DialOptions {
  readonly host: string;
  /** Of the host, where it has been looked up already: then nothing else is dialled. At least one. */
  readonly addresses?: readonly string[];
  readonly port: number;
  /** Speaks TLS 1.2 or newer, and checks the certificate against the host. */
  readonly tls?: ClientTlsOptions;
  /** Leaves the one direction open when the other ends. Without it, both end. */
  readonly allowHalfOpen?: boolean;
}

/** Each side must notice a peer that is gone without a word. */
const SOCKET = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };

/** Begins a connection as a client. @returns the socket, and the event that says that it may be written to */
export function dial({ host, addresses, port, tls, allowHalfOpen = false }: DialOptions): {
  socket: Socket;
  opened: 'connect' | 'secureConnect';
} {
  const lookup = addresses === undefined ? {} : { lookup: answering(addresses) };
  const common = { host, port, allowHalfOpen, ...lookup, ...SOCKET };
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

/** Answers every question for a name with these addresses. */
function answering(addresses: readonly string[]): LookupFunction {
  const known = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, { all }, callback) => {
    if (all === true) callback(null, known);
    else callback(null, known[0]?.address ?? '', known[0]?.family);
  };
}
