import { banSubjectOf, networksOf } from './address.ts';
import { type Guest, Guests, type Proof } from './guests.ts';
import type { RefusedBecause } from './refusal.ts';

/** How many may be connected, and how fast they may come. */
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

/** Limits for a pool of some ten thousand miners. */
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
/** Logging in is cheap: so long it takes until as many as a burst are forgiven for it again. A share is not cheap. */
const LOGINS_FORGIVEN_IN_SECONDS = 60;

/**
 * Counts who is connected, for all listeners of a pool together, and how fast they come.
 *
 * Attempts that are refused do not count: otherwise a flood, once refused, would keep out everybody else
 * long after its end. Neither do those count for the rate that mine, once they have shown it: when its line is lost a
 * whole farm comes again, behind the one address that it had before. And a line that died without a word leaves
 * connections behind that look alive: where the places of an address are taken, the longest silent one gives up its own.
 */
export class Census {
  #limits: ConnectionLimits;
  #total = 0;
  /** At most as many entries as connections. */
  readonly #addresses = new Map<string, number>();
  readonly #networks = new Map<string, number>();
  /** When all that came from a subject would have been due at the even rate; the eldest is in front. */
  readonly #due = new Map<string, number>();
  /** The same for what logins made good. */
  readonly #forgiven = new Map<string, number>();
  readonly #guests = new Guests();
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

  /** Somebody who was counted in is open now. To be counted out by `exit`. */
  enter(guest: Guest, now: number): void {
    this.#guests.enter(banSubjectOf(guest.remoteAddress), guest, now);
  }

  /** Counts out who has entered, unless his place was given to somebody else. */
  exit(guest: Guest): void {
    if (this.#guests.exit(banSubjectOf(guest.remoteAddress), guest)) this.leave(guest.remoteAddress);
  }

  /** Somebody who has entered shows that he mines: he does not count for the rate of his address any more. */
  prove(guest: Guest, proof: Proof, now: number): void {
    const subject = banSubjectOf(guest.remoteAddress);
    const member = this.#guests.of(subject, guest);
    if (member === undefined || member.proof === 'share') return;
    member.proof = proof;
    if (member.forgiven) return;
    if (proof === 'login') {
      const { addressConnectionBurst: burst } = this.#limits;
      const due = nextDue(this.#forgiven.get(subject), now, burst / LOGINS_FORGIVEN_IN_SECONDS, burst);
      if (due === undefined) return;
      remember(this.#forgiven, subject, due);
    }
    member.forgiven = true;
    for (const [i, name] of ratedOf(guest.remoteAddress).entries()) {
      const due = this.#due.get(name);
      const perSecond = this.#limits.addressConnectionsPerSecond * (RATE_OF[i] ?? 1);
      if (due !== undefined) this.#due.set(name, due - 1000 / perSecond);
    }
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
    const networks = networksOf(address);
    const most = [limits.maxPerNetwork, limits.maxPer56, limits.maxPer48];
    let full: 'address_limit' | 'network_limit' | undefined;
    if ((this.#addresses.get(address) ?? 0) >= limits.maxPerAddress) full = 'address_limit';
    else if (networks.some((network, i) => (this.#networks.get(network) ?? 0) >= (most[i] ?? 0)))
      full = 'network_limit';
    const silent = full && this.#guests.longestSilent(banSubjectOf(address), now);
    if (full !== undefined && silent === undefined) return full;

    const rated: [string, number][] = [];
    for (const [i, subject] of ratedOf(address).entries()) {
      const times = RATE_OF[i] ?? 1;
      const { addressConnectionsPerSecond: perSecond, addressConnectionBurst: burst } = limits;
      const due = nextDue(this.#due.get(subject), now, perSecond * times, burst * times);
      if (due === undefined) return 'address_rate';
      rated.push([subject, due]);
    }
    const allDue = nextDue(this.#allDue, now, limits.connectionsPerSecond, limits.connectionBurst);
    if (allDue === undefined) return 'rate';

    if (silent !== undefined) {
      this.exit(silent);
      silent.drop({ cause: 'replaced', detail: 'a newer connection of its address has its place' });
    }
    this.#allDue = allDue;
    for (const [subject, due] of rated) remember(this.#due, subject, due);
    this.#addresses.set(address, (this.#addresses.get(address) ?? 0) + 1);
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
    for (const rates of [this.#due, this.#forgiven])
      for (const [subject, due] of rates) if (due <= now) rates.delete(subject);
  }
}

/** Whose rates a connection counts for: of IPv4 the address itself, since a /24 belongs to many. */
function ratedOf(address: string): readonly string[] {
  const networks = networksOf(address);
  return networks.length === 1 ? [banSubjectOf(address)] : networks;
}

function remember(rates: Map<string, number>, subject: string, due: number): void {
  rates.delete(subject);
  rates.set(subject, due);
  if (rates.size <= MAX_RATED) return;
  for (const eldest of rates.keys()) {
    rates.delete(eldest);
    return;
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
