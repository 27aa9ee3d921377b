import { isIP } from 'node:net';
import { Gcra } from '@adit/stratum';

/** What one address may do. */
export interface AddressLimitOptions {
  readonly perSecond: number;
  readonly burst: number;
  /** Addresses that are remembered; the one that asked longest ago is forgotten first, and begins anew. */
  readonly maxAddresses?: number;
}

/** Some 200 bytes each. An attacker with more networks than this is limited by its bandwidth. */
const MAX_ADDRESSES = 20_000;

/** Counts what comes from each address. An IPv6 /64 is one address: its owner has all of them. */
export class AddressLimits {
  readonly #options: AddressLimitOptions;
  readonly #rates = new Map<string, Gcra>();

  constructor(options: AddressLimitOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#rates.size;
  }

  /** @param key as {@link addressKey} makes it @param now milliseconds of a monotonic clock @returns 0, or the milliseconds to wait */
  take(key: string, now: number): number {
    const { perSecond, burst, maxAddresses = MAX_ADDRESSES } = this.#options;
    const rate = this.#rates.get(key) ?? new Gcra(perSecond, burst);
    this.#rates.delete(key);
    this.#rates.set(key, rate);
    for (const oldest of this.#rates.keys()) {
      if (this.#rates.size <= maxAddresses) break;
      this.#rates.delete(oldest);
    }
    return rate.take(now);
  }
}

/** An IPv4 address as it is, and the /64 of an IPv6 address. */
export function addressKey(address: string): string {
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
  if (isIP(plain) !== 6) return plain;
  const [head = '', tail] = (plain.split('%')[0] ?? '').split('::');
  const first = head.split(':').filter((part) => part !== '');
  const last = tail === undefined ? [] : tail.split(':').filter((part) => part !== '');
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0');
  const groups = tail === undefined ? first : [...first, ...zeros, ...last];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, '').toLowerCase())
    .join(':')}::/64`;
}

/**
 * The address of a caller. A header counts only where a proxy sent it that the configuration names; its last entry that is no such proxy
 * is the caller.
 * @param isProxy tells the proxies
 */
export function callerAddress(
  socketAddress: string,
  forwarded: string | undefined,
  isProxy: (address: string) => boolean,
): string {
  let caller = socketAddress;
  const entries = forwarded?.split(',').slice(-16) ?? [];
  while (isProxy(caller)) {
    const entry = entries.pop()?.trim();
    if (entry === undefined || isIP(entry) === 0) break;
    caller = entry;
  }
  return caller;
}
