import { BlockList, isIP, isIPv4, isIPv6, SocketAddress } from 'node:net';
import { AditError, checkText } from '@adit/primitives';

/**
 * Gives each peer one spelling. IPv4 inside IPv6 becomes the IPv4 address; IPv6 is in lower case and shortened; a zone
 * (`%eth0`) is left out. Text that is not an address stays as it is.
 */
export function normalAddress(address: string): string {
  checkText(address, 'an address');
  if (!address.includes(':')) return address;
  const zone = address.indexOf('%');
  const plain = zone === -1 ? address : address.slice(0, zone);
  if (!isIPv6(plain)) return address;
  const canonical = new SocketAddress({ address: plain, family: 'ipv6' }).address;
  return canonical.replace(/^::ffff:(?=\d+\.)/, '');
}

/**
 * The networks that contain an address, the smallest first: `203.0.113.0/24`, or for IPv6 the /64 (one network of a
 * customer), the /56 (the networks of a home) and the /48 (those of a company; tunnel services give one to anybody free
 * of charge).
 */
export function networksOf(address: string): readonly string[] {
  const normal = normalAddress(address);
  if (isIPv4(normal)) return [`${normal.slice(0, normal.lastIndexOf('.'))}.0/24`];
  return isIPv6(normal) ? [network6(normal, 64), network6(normal, 56), network6(normal, 48)] : [normal];
}

/**
 * The group that takes turns with other groups: an IPv4 address, or an IPv6 /48, whose owner has 65,536 networks of
 * /64.
 */
export function fairGroupOf(address: string): string {
  const normal = normalAddress(address);
  return isIPv6(normal) ? network6(normal, 48) : normal;
}

/** The subject of a ban: an IPv4 address, or for IPv6 its /64, because each customer has at least a whole /64. */
export function banSubjectOf(address: string): string {
  const normal = normalAddress(address);
  return isIPv6(normal) ? network6(normal, 64) : normal;
}

/** @param address canonical IPv6 */
function network6(address: string, bits: 48 | 56 | 64): string {
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    // A dotted quad at the end stands for two groups. Their values do not matter, because only the first four groups
    // count.
    const behind =
      tail === '' ? [] : tail.split(':').flatMap((part) => (part.includes('.') ? ['0', '0'] : [part]));
    while (groups.length + behind.length < 8) groups.push('0');
    groups.push(...behind);
  }
  const head4 = groups.slice(0, bits === 48 ? 3 : 4);
  // A /56 contains the upper half of the fourth group.
  if (bits === 56) head4[3] = (Number.parseInt(head4[3] ?? '0', 16) & 0xff00).toString(16);
  const prefix = new SocketAddress({ address: `${head4.join(':')}::`, family: 'ipv6' });
  return `${prefix.address}/${bits}`;
}

/** A set of addresses and networks. */
export class AddressSet {
  readonly #list = new BlockList();
  readonly #empty: boolean;

  /**
   * @param entries addresses (`203.0.113.9`, `2001:db8::1`) and networks in CIDR notation (`10.0.0.0/8`)
   * @throws AditError `ADIT_BAD_ADDRESS`, whose message names the entry
   */
  constructor(entries: readonly string[]) {
    this.#empty = entries.length === 0;
    for (const entry of entries) this.#add(entry);
  }

  /**
   * Whether the set contains an address. IPv4 inside IPv6 counts as IPv4. Text that is not an address is never in it.
   */
  has(address: string): boolean {
    if (this.#empty) return false;
    const normal = normalAddress(address);
    const version = isIP(normal);
    return version !== 0 && this.#list.check(normal, version === 4 ? 'ipv4' : 'ipv6');
  }

  #add(entry: string): void {
    const [, address = '', length] = /^([^/%]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
    const written = isIP(address);
    const normal = normalAddress(address);
    const family = isIP(normal) === 4 ? 'ipv4' : 'ipv6';
    const most = family === 'ipv4' ? 32 : 128;
    // A network of mapped addresses, such as ::ffff:10.0.0.0/104, is an IPv4 network.
    const prefix = length === undefined ? most : Number(length) - (written === 6 && most === 32 ? 96 : 0);
    if (written === 0 || prefix < 0 || prefix > most) {
      throw new AditError(
        'ADIT_BAD_ADDRESS',
        `${JSON.stringify(entry)}: expected an IPv4 or IPv6 address, or a network such as 10.0.0.0/8 or 2001:db8::/32`,
      );
    }
    this.#list.addSubnet(normal, prefix, family);
  }
}
