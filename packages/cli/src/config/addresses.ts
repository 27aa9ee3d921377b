import { isIPv4, isIPv6 } from 'node:net';

/** A label of a host name (RFC 1123; an underscore is met in containers). */
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;
/** What looks like IPv4 is no name: resolvers would take 256.1.1.1, or 1, for who knows what. */
const ENDS_IN_NUMBER = /(^|\.)(\d+|0x[0-9a-f]*)$/i;
const LONGEST_NAME = 253;

/** host:port; the host is IPv4, IPv6 in brackets, or a name; the port a number below 65536 without needless zeros. */
export function isAddress(text: string): boolean {
  const colon = text.lastIndexOf(':');
  const port = text.slice(colon + 1);
  return (
    colon > 0 && /^(0|[1-9]\d{0,4})$/.test(port) && Number(port) < 65_536 && isHost(text.slice(0, colon))
  );
}

/** A URL whose host is one, as it is written: the parser of URLs would make something else of 127.1. */
export function isNodeUrl(text: string): boolean {
  if (!URL.canParse(text)) return true; // Said already.
  const [, authority = ''] = /^https?:\/\/([^/?#]*)/i.exec(text) ?? [];
  // A user and a password are refused by their own sentence.
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

/** A URL is a mistake, and a control character a trick. */
export function isPath(text: string): boolean {
  return !/\p{Cc}|:\/\//u.test(text);
}
