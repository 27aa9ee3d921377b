import { banSubjectOf, networksOf } from './address.ts';
import { type Guest, Guests, type Proof } from './guests.ts';
import type { RefusedBecause } from './refusal.ts';

/** How many connections there may be, and how fast new ones may come. */
export interface ConnectionLimits {
  /** Connections on all listeners together. */
  readonly maxConnections: number;
  readonly maxPerAddress: number;
  /** Connections per /24 of IPv4 and per /64 of IPv6. */
  readonly maxPerNetwork: number;
  /** Connections per /56 and per /48 of IPv6. */
  readonly maxPer56: number;
  readonly maxPer48: number;
  /** New connections per second over a long time, and how many may come at once. */
  readonly connectionsPerSecond: number;
  readonly connectionBurst: number;
  /** The same for one IPv4 address or IPv6 /64; a /56 may bring twice as many, a /48 four times. */
  readonly addressConnectionsPerSecond: number;
  readonly addressConnectionBurst: number;
}

/** Limits for a pool of some ten thousand miners. */
export const CONNECTION_LIMITS: ConnectionLimits = {
  // Each takes some 10 KB, and a new job reaches 20,000 of them in a tenth of a second.
  maxConnections: 20_000,
  // A farm behind one address has hundreds of machines.
  maxPerAddress: 2_000,
  // Two such farms, or a village behind a few addresses of its provider.
  maxPerNetwork: 4_000,
  // A home or a farm has one /56, which contains 256 networks of /64: it may have no more than one such network.
  maxPer56: 4_000,
  // Two such farms of one provider. Anybody can get a whole /48 free of charge, and must not fill the pool with it.
  maxPer48: 8_000,
  // An accept costs some 50 us, and a TLS handshake 1 ms: 1,000 connections per second leave time for shares.
  connectionsPerSecond: 1_000,
  // After a restart of the pool, all miners come back within some seconds.
  connectionBurst: 5_000,
  // After a power cut, a whole farm comes at once, but it does not do so again and again.
  addressConnectionsPerSecond: 20,
  addressConnectionBurst: 2_000,
};

/** Multiples of the rate of an address, for an IPv6 /64, /56 and /48. */
const RATE_OF = [1, 2, 4] as const;

/**
 * Subjects whose rate is remembered. A subject is forgotten at the latest when its whole burst is free again. This
 * bound takes 8 MB, and holds 1,000 new addresses per second for a minute (for IPv6: for twenty seconds).
 */
const MAX_RATED = 65_536;
/**
 * Seconds until the logins of a whole burst are forgiven again. A login costs an attacker nothing, so it is limited; a
 * share costs work, so it is not.
 */
const LOGINS_FORGIVEN_IN_SECONDS = 60;

/**
 * Counts the connections of all listeners of a pool, and how fast new ones come.
 *
 * Refused attempts do not count: otherwise a flood that is refused would keep all others out long after its end.
 * Connections that have shown that they mine do not count for the rate: when a farm loses its line, all its rigs come
 * back behind the same address. A line that dies without closing leaves connections that look alive, so if an address
 * has no place left, the longest silent connection loses its own.
 */
export class Census {
  #limits: ConnectionLimits;
  #total = 0;
  /** Connections by address; at most as many entries as connections. */
  readonly #addresses = new Map<string, number>();
  readonly #networks = new Map<string, number>();
  /** When all connections of a subject would be due at the even rate (see `Gcra`); the eldest subject is in front. */
  readonly #due = new Map<string, number>();
  /** The same for logins that were forgiven. */
  readonly #forgiven = new Map<string, number>();
  readonly #guests = new Guests();
  #allDue = Number.NEGATIVE_INFINITY;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  get total(): number {
    return this.#total;
  }

  /** Takes new limits. Open connections stay, even beyond them. */
  update(limits: ConnectionLimits): void {
    this.#limits = limits;
  }

  /**
   * Counts a connection in, unless a limit forbids it; then nothing changes.
   * @param now milliseconds of a monotonic clock @returns the limit that forbids it, otherwise undefined
   */
  admit(address: string, now: number): RefusedBecause | undefined {
    const full = this.hold();
    if (full !== undefined) return full;
    const because = this.place(address, now);
    if (because !== undefined) this.release();
    return because;
  }

  /** Counts out a connection that `admit`, or `hold` and `place`, counted in. */
  leave(address: string): void {
    decrement(this.#addresses, address);
    for (const network of networksOf(address)) decrement(this.#networks, network);
    this.release();
  }

  /** A connection that was counted in is open now. From now on, `exit` counts it out. */
  enter(guest: Guest, now: number): void {
    this.#guests.enter(banSubjectOf(guest.remoteAddress), guest, now);
  }

  /** Counts out a connection that has entered, unless a newer one got its place before. */
  exit(guest: Guest): void {
    if (this.#guests.exit(banSubjectOf(guest.remoteAddress), guest)) this.leave(guest.remoteAddress);
  }

  /** A connection shows that it mines: it does not count for the rate of its address any more. */
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

  /** Counts a connection only in the total: one of a proxy whose client is not known yet, or never will be. */
  hold(): 'full' | undefined {
    if (this.#total >= this.#limits.maxConnections) return 'full';
    this.#total += 1;
    return undefined;
  }

  /** Counts a held connection for its address too. If a limit forbids that, it is still held. */
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
      silent.drop({ cause: 'replaced', detail: 'a newer connection of the same address took its place' });
    }
    this.#allDue = allDue;
    for (const [subject, due] of rated) remember(this.#due, subject, due);
    this.#addresses.set(address, (this.#addresses.get(address) ?? 0) + 1);
    for (const network of networks) this.#networks.set(network, (this.#networks.get(network) ?? 0) + 1);
    return undefined;
  }

  /** Counts out a connection that was only held. */
  release(): void {
    if (this.#total === 0) throw new RangeError('more connections left than came');
    this.#total -= 1;
  }

  /** Forgets rates that allow a whole burst again. Call it about every second. */
  tick(now: number): void {
    for (const rates of [this.#due, this.#forgiven])
      for (const [subject, due] of rates) if (due <= now) rates.delete(subject);
  }
}

/** Subjects for whose rates a connection counts. For IPv4 it is the address, because a /24 has many owners. */
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

/** The generic cell rate algorithm on one number, without an object. @returns undefined if the rate is exceeded */
function nextDue(
  due = Number.NEGATIVE_INFINITY,
  now: number,
  perSecond: number,
  burst: number,
): number | undefined {
  const spacing = 1000 / perSecond;
  const from = Math.max(due, now);
  // Sums of spacings are not exact, so allow half a microsecond.
  return from - now > (burst - 1) * spacing + 5e-4 ? undefined : from + spacing;
}

function decrement(counts: Map<string, number>, key: string): void {
  const count = counts.get(key);
  if (count === undefined) throw new RangeError(`more connections left than came: ${key}`);
  if (count === 1) counts.delete(key);
  else counts.set(key, count - 1);
}
