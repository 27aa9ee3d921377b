import { BlockList, isIP } from 'node:net';
import { AditError } from '@adit/primitives';

/** Whom a ban meets: an IPv4 address as it is, of IPv6 the /64, since one household has all of it. */
export function banSubjectOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [
    ...front,
    ...new Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0'),
    ...back,
  ];
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}

/** Addresses and networks. */
export class AddressSet {
  readonly #list = new BlockList();

  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      const [address = '', bits] = entry.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      try {
        if (bits === undefined) this.#list.addAddress(address, family);
        else this.#list.addSubnet(address, Number(bits), family);
      } catch (error) {
        throw new AditError('ADIT_BAD_ADDRESS', `${entry} is no address and no network`, { cause: error });
      }
    }
  }

  has(address: string): boolean {
    const version = isIP(address);
    return version !== 0 && this.#list.check(address, version === 6 ? 'ipv6' : 'ipv4');
  }
}
