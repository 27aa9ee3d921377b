/**
 * Why a listener did not take a connection, or did not keep it after its first bytes. It is also a label of a metric.
 */
export type RefusedBecause =
  | 'full'
  | 'address_limit'
  | 'network_limit'
  | 'rate'
  | 'address_rate'
  | 'banned'
  | 'bad_proxy_header'
  | 'hello_timeout'
  | 'tls_failed'
  | 'plain_on_tls'
  | 'tls_on_plain'
  | 'http'
  | 'accept_failed'
  | 'refused';

/** Texts that the miner's log shows. */
export const REFUSAL_TEXT: Readonly<Record<RefusedBecause, string>> = {
  full: 'the pool is full',
  address_limit: 'too many connections from this address',
  network_limit: 'too many connections from this network',
  rate: 'too many new connections at once: try again in a moment',
  address_rate: 'too many new connections from this address: try again in a moment',
  banned: 'banned',
  bad_proxy_header: 'a PROXY header is taken from known proxies only, and must be whole',
  hello_timeout: 'the connection did not begin in time',
  tls_failed: 'the TLS handshake failed',
  plain_on_tls: 'this port speaks TLS: use stratum+tls://',
  tls_on_plain: 'this port does not speak TLS: use stratum+tcp://',
  http: 'this port speaks Stratum, not HTTP: point a miner at it',
  accept_failed: 'the connection could not be accepted',
  refused: 'refused',
};

/** One line that any Stratum client can read. */
export function refusalLine(text: string): string {
  return `{"id":null,"result":null,"error":[20,${JSON.stringify(text)},null]}\n`;
}

/** TLS records with a fatal alert (RFC 8446 section 6), readable for every version. */
const alert = (description: number) => Uint8Array.of(0x15, 0x03, 0x01, 0x00, 0x02, 0x02, description);
/** `handshake_failure`, for a peer that wants TLS on a port without it. */
export const TLS_HANDSHAKE_FAILURE: Uint8Array = alert(40);
/** `access_denied`, for a peer that is refused before the handshake. */
export const TLS_ACCESS_DENIED: Uint8Array = alert(49);

/** Whether bytes begin a TLS record with an alert: what a port that speaks TLS says to a peer that does not. No text begins so. */
export function isTlsAlert([type, major, minor]: Uint8Array): boolean {
  return type === 0x15 && major === 0x03 && minor !== undefined && minor <= 4;
}

/** Bytes of the first line that are read as text: the path of an HTTP request may be long. */
const LOOK_BYTES = 1_024;

/** The protocol of a first line that is not Stratum, if it is one that peers send by mistake or on purpose. */
export function otherProtocol(line: Uint8Array): 'http' | 'bad_proxy_header' | undefined {
  if (line[0] === 0x7b) return undefined; // {
  const text = Buffer.from(line.subarray(0, LOOK_BYTES)).toString('latin1');
  if (/^[A-Z]{3,7} \S+ HTTP\/\d/.test(text)) return 'http';
  // A header of version 2 begins with empty lines, which the line splitter drops, and a NUL.
  return text.startsWith('PROXY ') || text === '\0' ? 'bad_proxy_header' : undefined;
}

/** An answer that browsers, health checks of balancers, and people with curl understand. */
export function httpRefusal(): string {
  const body = `${REFUSAL_TEXT.http}\n`;
  return `HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
}
