/** How much of a turn of the event loop a group (an IPv4 address, an IPv6 /48) may have. */
export interface TurnLimits {
  /** Lines (or handshakes) of one group. */
  readonly most: number;
  /** Lines of all waiting groups together. */
  readonly mostOfAll: number;
  /** Lines that a group gets, however many groups wait. */
  readonly least: number;
  /** The same in milliseconds, so that expensive lines count for more. A line is never interrupted. */
  readonly mostMs: number;
  readonly mostMsOfAll: number;
  readonly leastMs: number;
}

/** An honest line costs some 20 us. An address whose lines cost a hundred times as much may send fewer of them. */
const LINES: TurnLimits = {
  most: 256,
  mostOfAll: 1_024,
  least: 8,
  mostMs: 5,
  mostMsOfAll: 20,
  leastMs: 0.25,
};

interface Group {
  lines: number;
  /** Milliseconds that they cost in this turn. */
  ms: number;
  /** Continuations of connections whose lines wait; each connection has one. */
  waiting: (() => void)[];
}

/**
 * Shares each turn of the event loop among addresses: an address with 1,500 connections gets no more of a turn than one
 * with a single connection. Lines beyond that wait for the next turn, and the connections of an address alternate.
 */
export class Turns {
  readonly #groups = new Map<string, Group>();
  readonly #limits: TurnLimits;
  /** The group that was asked for last: a connection asks several times for each of its lines. */
  #lastName: string | undefined;
  #last: Group | undefined;
  #most: number;
  #mostMs: number;
  #planned = false;

  constructor(limits: TurnLimits = LINES) {
    this.#limits = limits;
    this.#most = limits.most;
    this.#mostMs = limits.mostMs;
  }

  /** Asks to handle a line of a group. @returns false if the line has to `wait` */
  take(name: string): boolean {
    const group = this.#group(name);
    if (this.#spent(group)) return false;
    group.lines += 1;
    return true;
  }

  /** Charges a group with the milliseconds that a line has cost in this turn. */
  spend(name: string, ms: number): void {
    this.#group(name).ms += ms;
  }

  /** @param go called in a later turn, when the group may go on */
  wait(name: string, go: () => void): void {
    this.#group(name).waiting.push(go);
  }

  #spent(group: Group): boolean {
    return group.lines >= this.#most || group.ms >= this.#mostMs;
  }

  #group(name: string): Group {
    if (!this.#planned) {
      this.#planned = true;
      setImmediate(Turns.#next, this);
    }
    if (this.#last !== undefined && this.#lastName === name) return this.#last;
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = { lines: 0, ms: 0, waiting: [] };
      this.#groups.set(name, group);
    }
    this.#lastName = name;
    this.#last = group;
    return group;
  }

  /** Begins the next turn. */
  static #next(turns: Turns): void {
    const groups = turns.#groups;
    for (const [name, group] of groups) {
      group.lines = 0;
      group.ms = 0;
      if (group.waiting.length === 0) groups.delete(name);
    }
    turns.#planned = false;
    turns.#last = undefined;
    const { most, mostOfAll, least, mostMs, mostMsOfAll, leastMs } = turns.#limits;
    const count = Math.max(1, groups.size);
    turns.#most = Math.max(least, Math.min(most, Math.floor(mostOfAll / count)));
    turns.#mostMs = Math.max(leastMs, Math.min(mostMs, mostMsOfAll / count));
    for (const [name, group] of groups) {
      // A connection that waits again during this loop comes behind all that were not served yet.
      const due = group.waiting;
      group.waiting = [];
      let served = 0;
      for (const go of due) {
        if (turns.#spent(group)) break;
        served += 1;
        go();
      }
      if (served < due.length) group.waiting = due.slice(served).concat(group.waiting);
      // `#group` plans another turn for the connections that still wait.
      turns.#group(name);
    }
  }
}
