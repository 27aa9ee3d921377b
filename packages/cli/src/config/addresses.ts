import { isIPv4, isIPv6 } from 'node:net';

/** A label of a host name (RFC 1123, plus the underscore that containers use). */
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;
/** A name must not look like IPv4: for 256.1.1.1, or for 1, a resolver might find an unexpected host. */
const ENDS_IN_NUMBER = /(^|\.)(\d+|0x[0-9a-f]*)$/i;
const LONGEST_NAME = 253;

/** host:port. The host is IPv4, IPv6 in brackets, or a name; the port is below 65536 and has no leading zeros. */
export function isAddress(text: string): boolean {
  const colon = text.lastIndexOf(':');
  const port = text.slice(colon + 1);
  return (
    colon > 0 && /^(0|[1-9]\d{0,4})$/.test(port) && Number(port) < 65_536 && isHost(text.slice(0, colon))
  );
}

/** A URL whose host passes {@link isAddress} as it is written: a URL parser would turn 127.1 into another host. */
export function isNodeUrl(text: string): boolean {
  if (!URL.canParse(text)) return true; // Said already.
  const [, authority = ''] = /^https?:\/\/([^/?#]*)/i.exec(text) ?? [];
  // User and password have an error message of their own.
  const place = authority.slice(authority.lastIndexOf('@') + 1);
  return isHost(place.replace(/:\d+$/, '')) && new URL(text).port !== '0';
}

function isHost(host: string): boolean {
  if (host.startsWith('[')) return host.endsWith(']') && isIPv6(host.slice(1, -1));
  if (isIPv4(host)) return true;
  const name = host.replace(/\.$/, '');
  return (
    name.length <= LONGEST_NAME &&
    !ENDS_IN_NUMBER.test(name) &&
    name.split('.').every((label) => LABEL.test(label))
  );
}

/** A path, and not a URL, which would be a mistake. A control character would be an attack on the log or terminal. */
export function isPath(text: string): boolean {
  return !/\p{Cc}|:\/\//u.test(text);
}
