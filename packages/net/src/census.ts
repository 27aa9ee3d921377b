import { banSubjectOf, networkOf } from './address.ts';
import type { RefusedBecause } from './refusal.ts';

export interface ConnectionLimits {
  /** On all listeners together. */
  readonly maxConnections: number;
  readonly maxPerAddress: number;
  /** Per /24 of IPv4 and /64 of IPv6. */
  readonly maxPerNetwork: number;
  /** New ones, over a long time; and how many may come at once. */
  readonly connectionsPerSecond: number;
  readonly connectionBurst: number;
  /** The same for one IPv4 address or IPv6 /64. */
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
  // An accept costs some 50 us, a TLS handshake 1 ms: a thousand a second leave time for shares.
  connectionsPerSecond: 1_000,
  // All miners of a pool that was restarted come back within some seconds.
  connectionBurst: 5_000,
  // After a power cut a whole farm comes at once; what comes again and again is no farm.
  addressConnectionsPerSecond: 20,
  addressConnectionBurst: 2_000,
};

/**
 * Subjects whose rate is remembered. Each admitted one stays at most for the time that its burst takes to
 * be free again; so many are 1,000 new addresses a second for a minute, in 8 MB.
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
    decrement(this.#networks, networkOf(address));
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
    const network = networkOf(address);
    const sameNetwork = this.#networks.get(network) ?? 0;
    if (sameNetwork >= limits.maxPerNetwork) return 'network_limit';

    const subject = banSubjectOf(address);
    const due = nextDue(
      this.#due.get(subject),
      now,
      limits.addressConnectionsPerSecond,
      limits.addressConnectionBurst,
    );
    if (due === undefined) return 'address_rate';
    const allDue = nextDue(this.#allDue, now, limits.connectionsPerSecond, limits.connectionBurst);
    if (allDue === undefined) return 'rate';

    this.#allDue = allDue;
    this.#rate(subject, due);
    this.#addresses.set(address, sameAddress + 1);
    this.#networks.set(network, sameNetwork + 1);
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
