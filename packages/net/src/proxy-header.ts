import { isIPv4, isIPv6 } from 'node:net';
import { normalAddress } from './address.ts';

/** The meaning of the bytes so far. */
export type ProxyHeader =
  /** The bytes may still become a header. */
  | { readonly kind: 'more' }
  /** The first `length` bytes are the header. Without an address, the proxy speaks for itself (UNKNOWN, LOCAL). */
  | { readonly kind: 'header'; readonly length: number; readonly address?: string }
  | { readonly kind: 'bad'; readonly why: string };

/** Longest header of version 1 with its CRLF, in bytes, from the protocol text. */
const V1_LIMIT = 107;
const V1_BEGIN = Buffer.from('PROXY ');
const V2_BEGIN = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
/**
 * Most bytes of addresses and TLVs in version 2. Balancers add some hundred bytes; only a client certificate needs
 * more.
 */
const V2_LIMIT = 2_048;
/** Most bytes that the reader looks at. */
export const PROXY_HEADER_LIMIT: number = V2_BEGIN.length + 4 + V2_LIMIT;

const MORE: ProxyHeader = { kind: 'more' };
const TCP4 = 0x11;
const TCP6 = 0x21;

/**
 * Reads a header of the PROXY protocol, version 1 or 2 (haproxy's doc/proxy-protocol.txt), from the bytes
 * that a connection begins with. Any split of the bytes gives the same result.
 */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  if (begins(bytes, V1_BEGIN)) return bytes.length < V1_BEGIN.length ? MORE : readV1(bytes);
  if (begins(bytes, V2_BEGIN)) return bytes.length < V2_BEGIN.length + 4 ? MORE : readV2(bytes);
  return bad('a proxy must begin with a PROXY header');
}

function begins(bytes: Buffer, signature: Buffer): boolean {
  const length = Math.min(bytes.length, signature.length);
  return bytes.compare(signature, 0, length, 0, length) === 0;
}

function bad(why: string): ProxyHeader {
  return { kind: 'bad', why };
}

function readV1(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, V1_LIMIT).indexOf('\r\n');
  if (end === -1) {
    return bytes.length < V1_LIMIT ? MORE : bad(`a PROXY line of more than ${V1_LIMIT} bytes`);
  }
  const length = end + 2;
  const [, family, from = '', to = '', fromPort = '', toPort = '', ...more] = bytes
    .toString('latin1', 0, end)
    .split(' ');
  // The protocol says to ignore everything after UNKNOWN.
  if (family === 'UNKNOWN') return { kind: 'header', length };
  const isAddress = family === 'TCP4' ? isIPv4 : family === 'TCP6' ? isPlainIPv6 : undefined;
  if (isAddress === undefined) return bad('a PROXY line with neither TCP4, TCP6 nor UNKNOWN');
  if (!isAddress(from) || !isAddress(to)) return bad(`a PROXY line without two ${family} addresses`);
  if (!isPort(fromPort) || !isPort(toPort) || more.length > 0) {
    return bad('a PROXY line that does not end with two port numbers');
  }
  return { kind: 'header', length, address: normalAddress(from) };
}

function isPlainIPv6(text: string): boolean {
  return isIPv6(text) && !text.includes('%');
}

function isPort(text: string): boolean {
  return /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
}

/** @param bytes 16 or more */
function readV2(bytes: Buffer): ProxyHeader {
  const command = bytes.readUInt8(12);
  const family = bytes.readUInt8(13);
  const rest = bytes.readUInt16BE(14);
  if (command !== 0x20 && command !== 0x21) return bad('a PROXY header of an unknown version or command');
  if (rest > V2_LIMIT) return bad(`a PROXY header with ${rest} bytes behind it: at most ${V2_LIMIT}`);
  const length = 16 + rest;
  // LOCAL means that the proxy speaks for itself, for instance for a health check.
  const own = command === 0x20 || family === 0;
  if (!own && family !== TCP4 && family !== TCP6) return bad('a PROXY header for what is not TCP');
  const needed = own ? 0 : family === TCP4 ? 12 : 36;
  if (rest < needed) return bad('a PROXY header that is too short for its addresses');
  if (bytes.length < length) return MORE;
  if (own) return { kind: 'header', length };
  return { kind: 'header', length, address: addressIn(bytes.subarray(16, family === TCP4 ? 20 : 32)) };
}

/** @param bytes 4 or 16 */
function addressIn(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(2 * index).toString(16));
  return normalAddress(groups.join(':'));
}
