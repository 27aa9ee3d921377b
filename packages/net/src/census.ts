import { banSubjectOf, networksOf } from './address.ts';
import type { RefusedBecause } from './refusal.ts';

export interface ConnectionLimits {
  /** On all listeners together. */
  readonly maxConnections: number;
  readonly maxPerAddress: number;
  /** Per /24 of IPv4 and /64 of IPv6. */
  readonly maxPerNetwork: number;
  /** Per /56 and per /48 of IPv6. */
  readonly maxPer56: number;
  readonly maxPer48: number;
  /** New ones, over a long time; and how many may come at once. */
  readonly connectionsPerSecond: number;
  readonly connectionBurst: number;
  /** The same for one IPv4 address or IPv6 /64; a /56 may bring twice as many, a /48 four times. */
  readonly addressConnectionsPerSecond: number;
  readonly addressConnectionBurst: number;
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  // Some 10 KB each, and a new job reaches so many in a tenth of a second.
  maxConnections: 20_000,
  // A farm behind one address has hundreds of machines.
  maxPerAddress: 2_000,
  // Two such farms, or a provider that puts a whole village behind a few addresses.
  maxPerNetwork: 4_000,
  // A home or a farm has one of these, with 256 networks: it is worth no more than one of them.
  maxPer56: 4_000,
  // Two such farms of one provider. Anybody can have a whole one for nothing, and must not fill the pool.
  maxPer48: 8_000,
  // An accept costs some 50 us, a TLS handshake 1 ms: a thousand a second leave time for shares.
  connectionsPerSecond: 1_000,
  // All miners of a pool that was restarted come back within some seconds.
  connectionBurst: 5_000,
  // After a power cut a whole farm comes at once; what comes again and again is no farm.
  addressConnectionsPerSecond: 20,
  addressConnectionBurst: 2_000,
};

/** How many times the rate of an address: of IPv6 a /64, a /56 and a /48. */
const RATE_OF = [1, 2, 4] as const;

/**
 * Subjects whose rate is remembered. Each admitted one stays at most for the time that its burst takes to
 * be free again; so many are 1,000 new addresses a second for a minute (of IPv6 for twenty seconds), in 8 MB.
 */
const MAX_RATED = 65_536;

/**
 * Counts who is connected, for all listeners of a pool together, and how fast they come.
 *
 * Attempts that are refused do not count: otherwise a flood, once refused, would keep out everybody else
 * long after its end.
 */
export class Census {
  #limits: ConnectionLimits;
  #total = 0;
  /** At most as many entries as connections. */
  readonly #addresses = new Map<string, number>();
  readonly #networks = new Map<string, number>();
  /** When all that came from a subject would have been due at the even rate; the eldest is in front. */
  readonly #due = new Map<string, number>();
  #allDue = Number.NEGATIVE_INFINITY;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  get total(): number {
    return this.#total;
  }

  /** Takes new limits. Nobody who is there is sent away. */
  update(limits: ConnectionLimits): void {
    this.#limits = limits;
  }

  /**
   * Counts a connection in, unless a limit forbids it; then nothing has changed.
   * @param now milliseconds of a monotonic clock @returns why not
   */
  admit(address: string, now: number): RefusedBecause | undefined {
    const full = this.hold();
    if (full !== undefined) return full;
    const because = this.place(address, now);
    if (because !== undefined) this.release();
    return because;
  }

  /** Counts out what `admit`, or `hold` and `place`, counted in. */
  leave(address: string): void {
    decrement(this.#addresses, address);
    for (const network of networksOf(address)) decrement(this.#networks, network);
    this.release();
  }

  /** Counts in the total only: a proxy's connection whose client is not known yet, or never. */
  hold(): 'full' | undefined {
    if (this.#total >= this.#limits.maxConnections) return 'full';
    this.#total += 1;
    return undefined;
  }

  /** Counts a held connection for its address too. Where it is refused it is still held. */
  place(address: string, now: number): RefusedBecause | undefined {
    const limits = this.#limits;
    const sameAddress = this.#addresses.get(address) ?? 0;
    if (sameAddress >= limits.maxPerAddress) return 'address_limit';
    const networks = networksOf(address);
    const most = [limits.maxPerNetwork, limits.maxPer56, limits.maxPer48];
    if (networks.some((network, i) => (this.#networks.get(network) ?? 0) >= (most[i] ?? 0)))
      return 'network_limit';

    const rated: [string, number][] = [];
    // Of IPv4 the address itself: a /24 belongs to many.
    for (const [i, subject] of (networks.length === 1 ? [banSubjectOf(address)] : networks).entries()) {
      const times = RATE_OF[i] ?? 1;
      const { addressConnectionsPerSecond: perSecond, addressConnectionBurst: burst } = limits;
      const due = nextDue(this.#due.get(subject), now, perSecond * times, burst * times);
      if (due === undefined) return 'address_rate';
      rated.push([subject, due]);
    }
    const allDue = nextDue(this.#allDue, now, limits.connectionsPerSecond, limits.connectionBurst);
    if (allDue === undefined) return 'rate';

    this.#allDue = allDue;
    for (const [subject, due] of rated) this.#rate(subject, due);
    this.#addresses.set(address, sameAddress + 1);
    for (const network of networks) this.#networks.set(network, (this.#networks.get(network) ?? 0) + 1);
    return undefined;
  }

  /** Counts out what was only held. */
  release(): void {
    if (this.#total === 0) throw new RangeError('more connections left than came');
    this.#total -= 1;
  }

  /** Forgets rates that allow a whole burst again. To be called every second or so. */
  tick(now: number): void {
    for (const [subject, due] of this.#due) if (due <= now) this.#due.delete(subject);
  }

  #rate(subject: string, due: number): void {
    this.#due.delete(subject);
    this.#due.set(subject, due);
    if (this.#due.size <= MAX_RATED) return;
    for (const eldest of this.#due.keys()) {
      this.#due.delete(eldest);
      return;
    }
  }
}

/** The generic cell rate algorithm on a bare number. @returns undefined where the rate is exceeded */
function nextDue(
  due = Number.NEGATIVE_INFINITY,
  now: number,
  perSecond: number,
  burst: number,
): number | undefined {
  const spacing = 1000 / perSecond;
  const from = Math.max(due, now);
  // Half a microsecond: sums of spacings are not exact.
  return from - now > (burst - 1) * spacing + 5e-4 ? undefined : from + spacing;
}

function decrement(counts: Map<string, number>, key: string): void {
  const count = counts.get(key);
  if (count === undefined) throw new RangeError(`more connections left than came: ${key}`);
  if (count === 1) counts.delete(key);
  else counts.set(key, count - 1);
}
